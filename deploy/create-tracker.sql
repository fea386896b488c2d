-- The assistant's tables are in a database of their own on the same server: backed up apart, and nothing else reads them.
CREATE DATABASE tracker;
