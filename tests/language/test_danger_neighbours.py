"""Ordinary talk that resembles plain danger, and plain danger that resembles ordinary talk: a review's second look at the patterns."""

from __future__ import annotations

import pytest

from bot.emergencies import emergencies
from bot.language.danger import find_danger


@pytest.mark.parametrize(
    "text",
    [
        # storm damage to what is somebody's
        "a tree fell on my mother's garage",
        "big branch fell on my husband's hood last night's storm",
        "tree fell on my neighbour's satellite dish",
        "the tree fell on my son's swing set",
        "a limb came down on the kids climbing frame",
        "a tree fell on her car and blocks the lane",
        "tree fell on the student parking sign",
        "the panel fell on the women's change room bench",
        "tree fell on my brother in law's shed",
        "the branch fell on an empty stroller on my porch",
        "a pole fell on the driver side of my car",
        "un arbre est tombé sur la voisine d'en face son toit",
        "une branche est tombée sur mon père son char",
        "un arbre est tombé sur le jeune érable de la ville",
        "la branche est tombée sur la poussette vide dans la cour",
        "un arbre est tombé sur la clôture de ma mère",
        # bikes, cars and holes
        "my son's scooter fell down the storm drain",
        "my bike fell into the creek by the trail",
        "someone's bike is in the river again",
        "there is a car in the pond at the park, please tow it",
        "an old truck in the river since spring",
        "mon vélo est tombé dans un trou sur king",
        "une moto est tombée dans la rivière hier",
        "une trottinette est tombée dans la bouche d'égout",
        "there's a van in the creek, looks abandoned",
        "my kid almost fell in a hole on the sidewalk",
        "ma fille aurait pu se blesser, il y a un trou",
        # jests and threats to things
        "the neighbour's kid threatened to kill my tomatoes",
        "he threatened to kill my cat over the fence",
        "threatened to burn the old sofa in the yard",
        "the contractor threatened to beat the deadline",
        "they threatened to blow off the hearing",
        "i'll kill this parking machine at the office",
        "i would shoot a message to the bylaw office",
        "these fees, they are going to kill us",
        "the taxes are going to kill everyone",
        "he said he will kill the dandelions with vinegar",
        "je vais tuer les pissenlits au bureau",
        "il a menacé de brûler ses feuilles mortes",
        "mon voisin menace de tuer mon chat",
        # whoever hangs, jumps or locks himself out
        "a kid jumped in front of me in the line",
        "my wife jumped from one clerk to another about the bridge closing",
        "he jumped off the bus at bridge street",
        "a guy jumped in front of the bus stop bench",
        "a man is hanging from the roof cleaning windows",
        "someone hanging from the tree pruning it at 6 am",
        "rope around his neck, a dog is tied to the hydrant",
        "he locked himself out and his pills are inside",
        "un homme suspendu, il est suspendu au toit, il lave les fenêtres",
        "il s'est embarré dehors et ses pilules sont dedans",
    ],
)
def test_ordinary_talk_is_never_certain_danger(text: str) -> None:
    assert not emergencies().patterns.is_certain(text)


@pytest.mark.parametrize(
    "text",
    [
        "the elevator is out of order since monday",
        "the elevator gets stuck every week and nobody fixes it",
        "the elevator is out of order, i am stuck at home on the 5th floor",
        "elevator broken for a month, my mother uses a wheelchair",
        "the elevator broke down, i live on the 7th floor",
        "l'ascenseur est en panne, ma mère habite au 4e",
        "l'ascenseur est toujours en panne, on est tannés",
        "a sharp rock punctured my tire",
        "i fell on a sharp corner of the bench",
        "i grabbed the needle box at the pharmacy",
        "kids could step on a needle in the sandbox",
        "afraid of stepping on needles at the park",
        "une seringue au parc, quelqu'un pourrait marcher dessus",
        "the neighbour's cat found a rat in my yard",
        "my dog got into my weed patch",
        "my dog got into a pot of flowers",
        "le chat a mangé une souris",
        "the smoke alarm went off, false alarm",
        "fire alarm at our building, everything is fine now",
        "il y avait de la fumée dans le corridor, fausse alarme",
    ],
)
def test_ordinary_talk_is_no_danger(text: str) -> None:
    assert find_danger(text, emergencies().patterns) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # words that took danger back, though it follows
        ("everyone is fine now but the shed next door is on fire", "fire"),
        ("we thought it was nothing, turns out it was a fire in the attic", "fire"),
        ("all clear they told us, but the house is burning", "fire"),
        ("false alarm they said. the stairwell is full of smoke", "fire"),
        ("fausse alarme mais il y a de la fumée dans le corridor", "fire"),
        ("c'était rien, sauf que la maison est en feu", "fire"),
        ("turns out it was a shooting, somebody is shot", "injury"),
        ("it turned out to be a break in, someone is in my basement", "crime"),
        ("everyone is fine now except the cyclist, she is bleeding", "injury"),
        ("tout le monde dit fausse alerte, mon voisin est blessé et saigne", "injury"),
        # elevators
        ("stuck in elevator on 3rd floor, i am alone", "trapped"),
        ("elevator stuck on the 6th floor with my father inside", "trapped"),
        ("stuck in the elevator, rang the bell, i hear people on the stairs", "trapped"),
        ("stuck in elevator, we complain and nobody comes, my kid is panicking", "trapped"),
        ("the elevator is out of order and my mother is stuck inside", "trapped"),
        ("this elevator breaks every week and now i am stuck in it", "trapped"),
        ("l'ascenseur est en panne et ma mère est coincée dedans", "trapped"),
        ("je suis pris dans l'ascenseur au 4e étage", "trapped"),
        # struck, fallen, under water
        ("a tree fell on my mother", "injury"),
        ("a branch fell on her and she can't get up", "injury"),
        ("the sign fell on the driver, he is not moving", "injury"),
        ("a branch fell on a baby", "injury"),
        ("une branche est tombée sur une jeune fille", "injury"),
        ("my kid fell in a hole, almost two meters deep", "injury"),
        ("mon fils est tombé dans un trou, presque deux mètres", "injury"),
        ("an old lady fell into the creek", "injury"),
        ("a car is in the river and the driver is still inside", "injury"),
        ("une auto dans la rivière, quelqu'un est dedans, le conducteur est dedans", "injury"),
        # threats
        ("the guy upstairs threatened to kill my son", "crime"),
        ("a man threatened to shoot the clerk", "crime"),
        ("a stranger threatened to burn the building down", "crime"),
        ("i will kill the mayor", "crime"),
        ("il a menacé de tuer ma soeur", "crime"),
        ("un client a dit qu'il va tuer quelqu'un", "crime"),
        # an act under way
        ("my friend jumped off the bridge", "suicide_now"),
        ("a woman jumped in front of the train", "suicide_now"),
        ("un homme s'est jeté devant le train", "suicide_now"),
        ("il a sauté du pont", "suicide_now"),
        ("she locked herself in the bathroom with pills", "suicide_now"),
        # needles
        ("my daughter stepped on a needle, it could be a drug needle", "needle_stick"),
        ("i stepped on a needle, could i get hiv", "needle_stick"),
        ("ma fille s'est piquée avec une seringue, ça pourrait être de la drogue", "needle_stick"),
        ("i got poked by a needle and i am afraid", "needle_stick"),
        # a person ate it too
        ("my friend's dog ate antifreeze and he did too", "poisoning"),
        ("my aunt drank antifreeze, and the cat drank it too", "poisoning"),
        ("le chien a mangé du poison à rat et ma tante en a mangé aussi", "poisoning"),
        ("my dog ate rat poison", "pet"),
        ("mon chien a mangé de la mort aux rats", "pet"),
    ],
)
def test_plain_danger_is_met(text: str, kind: str) -> None:
    assert find_danger(text, emergencies().patterns) == kind
