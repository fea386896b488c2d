"""Messages that lean on the one before."""

from __future__ import annotations

import pytest

from bot.language.follow_up import combined, is_part, joined, leans_back


@pytest.mark.parametrize(
    "text",
    [
        "and the recycling?",
        "what about friday",
        "how much is it",
        "where is that",
        "ok and for a shed?",
        "et le recyclage?",
        "c'est où ça",
        "pis pour un chat",
        "combien ça coûte",
        "c'est où",
        "c'est ou",
        "ça coûte combien",
        "il coûte combien",
        "c'est ouvert le dimanche?",
        "c’est ouvert la fin de semaine?",
        "est-ce que c'est gratuit",
        "c'est gratuit pour les enfants?",
        "elle ouvre à quelle heure",
        "ça va dans quel bac",
    ],
)
def test_short_messages_that_point_back_lean_on_the_one_before(text: str) -> None:
    assert leans_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "when is garbage day",
        "how do i get a dog licence",
        "and how do i pay my parking ticket",
        "my neighbour's dog barks all night and it is driving me crazy",
        "quand passe le recyclage",
        "c'est quand les ordures",
        "c'est où l'hôtel de ville",
        "ça coûte combien un permis",
        "c'est combien la licence pour un chien",
        "c'est ouvert la piscine?",
        "c'est permis de stationner la nuit?",
        "c'est quoi ton nom",
        "c'est qui mon conseiller",
        "il y a combien de piscines?",
        "il va neiger demain?",
        "ça va bien?",
        "c'est fermé",  # tells, does not ask
        "il est brisé ou sale",
        "is there a fire ban",
        "are there any jobs",
        "will it snow tomorrow",
        "is it going to rain on friday",
        "est-ce qu'il y a une interdiction de feu",
        "oh my bin is broken",
        "hello",
        "",
        "🙂",
    ],
)
def test_messages_that_say_what_they_are_about_do_not(text: str) -> None:
    assert not leans_back(text)


def test_what_both_readings_allow_comes_first() -> None:
    alone = [("recycling_accepted", 0.4), ("recycling_missed", 0.3), ("garbage_missed", 0.01)]
    together = [("garbage_missed", 0.6), ("recycling_missed", 0.3), ("recycling_accepted", 0.02)]
    ranking = combined(alone, together)
    assert [label for label, _ in ranking][:1] == ["recycling_missed"]
    assert sum(probability for _, probability in ranking) == pytest.approx(0.92)


def test_labels_that_neither_reading_allows_do_not_add_up() -> None:
    unlikely = [(f"label {number}", 0.0001) for number in range(300)]
    ranking = combined([("library", 0.95), *unlikely], [("library", 0.9), *unlikely])
    assert ranking[0] == ("library", pytest.approx(0.98, abs=0.01))


@pytest.mark.parametrize(
    "text", ["by ward", "and in 2022?", "just ward 3", "et dans le quartier 4?", "pis en 2020", "the top 3", "par année"]
)
def test_a_part_of_a_question_says_nothing_by_itself(text: str) -> None:
    assert is_part(text)
    assert leans_back(text)


@pytest.mark.parametrize(
    "text", ["and the library?", "et ma facture d'eau", "ok thanks", "who is my councillor", "in ward 3 how do I complain"]
)
def test_what_names_its_subject_is_no_part(text: str) -> None:
    assert not is_part(text)


def test_without_anything_known_nothing_is_ranked() -> None:
    assert combined([], []) == []


def test_the_first_message_says_what_the_second_is_about() -> None:
    assert joined("how do I get a dog licence?", "how much is it") == "how do I get a dog licence how much is it"
