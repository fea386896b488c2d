"""Scenes that read an ordinary article or the wrong number: each is told from the ordinary talk beside it."""

from __future__ import annotations

from typing import Optional

import pytest

from bot.emergencies import emergencies
from bot.language.danger import find_danger

ORDINARY = [("article/tree_damage", 0.97), ("emergency/injury", 0.001)]  # what overruled a pattern


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a big branch came down on a kid near the bandstand", "injury"),
        ("the stop sign fell on an elderly man", "injury"),
        ("part of the wall collapsed on two people", "injury"),
        ("an oak landed on a van, people inside", "injury"),
        ("a truck fell into the hole in the road and the driver is still inside", "injury"),
        ("a cyclist fell into an open manhole on weber", "injury"),
        ("a boy fell through the ice at victoria park", "injury"),
        ("a man is hanging off the balcony", "suicide_now"),
        ("une branche est tombée sur une dame au parc", "injury"),
        ("un arbre est tombé sur mon père", "injury"),
        ("une auto est tombée dans un trou, il y a quelqu'un dedans", "injury"),
        ("un cycliste est tombé dans une bouche d'égout", "injury"),
        ("un enfant est passé à travers la glace de l'étang", "injury"),
        ("my brother is pinned under a fallen tree", "injury"),
        ("a limb hit a toddler at the playground", "injury"),
        ("the tenant threatened to stab me", "crime"),
        ("the guy in line said he'd shoot the clerk", "crime"),
        ("he told my mother he would kill her over a parking spot", "crime"),
        ("un gars au comptoir a dit qu'il va tuer tout le monde", "crime"),
        ("my neighbour threatened us with an axe because of the fence", "crime"),
        ("she said she will burn down my garage", "crime"),
        ("i am going to kill that councillor", "crime"),
        ("he will shoot everyone at the office", "crime"),
        ("mon locataire a menacé de me tuer", "crime"),
        ("le propriétaire m'a menacé avec une batte", "crime"),
        ("je vais mettre le feu à l'hôtel de ville", "fire"),
    ],
)
def test_plain_harm_is_not_overruled_by_an_article(text: str, kind: str) -> None:
    found = emergencies().danger_in(text, ORDINARY, 0.15, sure_of_article=True, rank=lambda part: [])
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "a tree fell on my neighbour's car, who pays",
        "a branch came down on the playground where kids play",
        "the sign fell on my dad's truck last week, how do i claim",
        "tree fell on a parked car, nobody in it",
        "my car went into a pothole and the rim is bent",
        "my phone fell in the storm drain",
        "somebody could fall in that hole",
        "almost slid on the ice by the bus stop",
        "kids hang from the tree branches and break them",
        "there is an old car in the creek",
        "un arbre est tombé sur la clôture du voisin",
        "mon ballon est tombé dans un trou",
        "my car is in the windrow the plow left and i can not get out",
        "the bus hit a hole and shook the passengers",
        "je veux parler avec quelqu'un, ma voiture a frappé un gros trou",
        "there is a hole in the road, my car hit it and the water is still in it",
        "my son fell in the arena at grand river",
        "i am going to burn yard waste, is it a problem for them",
        "my husband will kill me if i forget the blue box again",
        "this bill is killing me",
        "i could murder a pizza",
        "i will kill the weeds on the boulevard",
        "they are going to shoot a video at city hall",
        "ma femme va me tuer si j'oublie le recyclage",
        "cette hausse de taxes me tue à petit feu",
    ],
)
def test_the_ordinary_talk_beside_it_is_never_certain(text: str) -> None:
    assert not emergencies().patterns.is_certain(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        # an act under way: 911 first; a thought, a plan: 9-8-8 first
        ("he jumped off the overpass", "suicide_now"),
        ("i think about jumping off the bridge", "suicide"),
        ("my sister wants to cut her wrists", "suicide"),
        ("my boy jumped off the diving board at the pool", None),
        ("there is rust on the railing of the bridge", None),
        ("my scooter is locked on the railing", None),
        # whoever waits, slips or moves in
        ("i do not want to be here all afternoon waiting for a permit", None),
        ("i don't want to be here", "suicide"),
        ("nearly wiped out on the ice in front of 14 cedar st", None),
        ("there's a kid stuck on the ice at the lake", "injury"),
        ("new house, how do we get the gas turned on", None),
        ("comment faire brancher le gaz chez moi", None),
        ("the stove was left on not lit and the gas smells", "gas"),
        ("lampadaire brûlé au coin de la rue", None),
        ("i lost my son's backpack on the bus", None),
        ("i lost my son at the market", "crime"),
        # who ate it
        ("the cat and my toddler ate chocolate and pills", "poisoning"),
        ("my son ate the dog medication", "poisoning"),
        ("my dog ate the neighbour's lunch", None),
        # water and electricity
        ("the stormwater outlet at the pond is under water", None),
        ("i need an inspection for a new electrical panel", None),
        ("there is water in my basement", None),
        ("water is on the panel and i see sparks and smoke", "fire"),
        # elevators
        ("the elevator at city hall gets stuck every week", None),
        ("the lift is broken and i use a wheelchair", None),
        ("the elevator stopped working, i live on the 7th floor and take the stairs", None),
        ("l'ascenseur de la bibliothèque est hors service", None),
        ("a man in the stuck elevator has chest pain", "injury"),
        # a vehicle with nobody named: danger, but no certain one
        ("a minivan just fell in a sinkhole", "injury"),
        ("a car slid into the river by the bridge", "injury"),
        ("une camionnette, la voiture est tombée dans la rivière", "injury"),
        ("the road opened up and swallowed a van", "injury"),
        # needles
        ("used needles on the trail, someone could step on one", None),
        ("pine needles poked my tire", None),
        ("il y a une seringue par terre au parc", None),
    ],
)
def test_each_scene_is_told_from_its_neighbours(text: str, kind: Optional[str]) -> None:
    assert find_danger(text, emergencies().patterns) == kind


@pytest.mark.parametrize(
    "text",
    [
        "sorry false alarm, the smoke was only my toast",
        "no fire here, it was just smoke from cooking",
        "turns out it was the bbq, no smoke from the roof",
        "just kidding",
        "fausse alarme, la fumée venait du grille-pain",
        "c'était le barbecue du deuxième, pas de fumée chez nous",
        "je blague",
    ],
)
def test_what_is_taken_back_is_no_danger(text: str) -> None:
    assert emergencies().patterns.takes_back(text)
    assert find_danger(text, emergencies().patterns) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("false alarm about the toast but now there are flames", "fire"),
        ("not a false alarm, the house is full of smoke", "fire"),
        ("never mind all good, it just smells like gas in the kitchen", "gas"),
        ("jk i want to kill myself", "suicide"),
        ("the smoke alarms are going off on all floors, could it be a false alarm", "fire"),
        ("everyone says false alarm but i see smoke in the stairwell", "fire"),
        ("l'alarme d'incendie sonne et le corridor est plein de fumée, est-ce une fausse alerte", "fire"),
        ("fausse alerte, mais ça sent le gaz", "gas"),
        ("false alarm, the co detector went off and we feel fine", "carbon_monoxide"),
    ],
)
def test_what_cannot_be_taken_back_stays_danger(text: str, kind: str) -> None:
    assert find_danger(text, emergencies().patterns) == kind
