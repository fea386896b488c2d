from tests.console.conftest import console_database, console_template, console_url, postgres_console_template, staff, visitor  # noqa: F401
