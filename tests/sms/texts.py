"""Texts for property tests: words, links, typography, emoji, in one alphabet or mixed."""

from __future__ import annotations

from hypothesis import strategies as st

LINKS = ("https://www.kitchener.ca/en/taxes-utilities-and-finance.aspx?a=1&b=[2]#top", "kitchener.ca/dechets", "info@kitchener.ca")
PIECES = ("€", "[x]", "~", "é", "ç", "👍", "👨‍👩‍👧", "🇨🇦", "e\u0301", "«\u00a0mot\u00a0»", "l’eau", "…", "漢字", "\r\n", "\n", "\n\n", "2½")

word = st.one_of(
    st.text(alphabet="abcdefghijklmnop", min_size=1, max_size=12),
    st.text(alphabet="éèàùâçœ", min_size=1, max_size=8),
    st.sampled_from(PIECES),
    st.sampled_from(LINKS),
    st.text(min_size=1, max_size=6),
)
end = st.sampled_from(["", "", "", ".", "?", "!", ",", " :", "…"])
words = st.lists(st.tuples(word, end).map("".join), max_size=150)
english = st.lists(st.tuples(st.sampled_from(["the", "collection", "street", LINKS[0], "€5"]), end).map("".join), max_size=200)
texts = st.one_of(words, english).map(" ".join)
