"""The words streets are written with in Ontario, in English and French; looked up folded (lower case, no accents)."""

from __future__ import annotations

import unicodedata
from typing import Dict, FrozenSet


def folded(text: str) -> str:
    """Lower case without accents, for comparing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _table(rows: str, *, own_spelling: bool = True) -> Dict[str, str]:
    """Each spelling in a row, with the row's first word; that word is a spelling too unless said otherwise."""
    table: Dict[str, str] = {}
    for row in rows.strip().splitlines():
        first, *others = row.split()
        table.update({folded(spelling): first for spelling in ([first, *others] if own_spelling else others)})
    return table


# The first word of a row is how the city writes it; a word here ends a street name wherever it stands behind one.
TYPES = _table("""
    St street str
    Rd road
    Ave av avenue
    Dr drive drv
    Blvd boulevard boul
    Cres crescent cresc cr
    Crt ct
    Pl plc
    Pkwy parkway pky
    Ln
    Cir circ
    Terr terrace
    Trl tr
    Sq
""")
# Also plain words: they count only when no surer type follows, and without a number in front only behind a street that is known.
WEAK_TYPES = _table("""
    Crt court
    Ln lane
    Cir circle
    Trl trail
    Sq square
    Way
    Pl place
    Hill
    Gate
    Line
    Run
    Walk
    Path
    Ridge
    Close
    Grove
    Heights
    Row
""")
# French puts the type in front; the city's own list is English.
FRENCH_TYPES = _table(
    """
    St rue
    Ave av avenue
    Blvd boul boulevard bd
    Rd chemin ch route rte
    Dr promenade prom
    Cres croissant
    Pl place
    Crt cour
    Ln allée ruelle
    Terr terrasse
    Cir cercle
""",
    own_spelling=False,
)
DIRECTIONS = _table("""
    N north nord
    S south sud
    E east est
    W west ouest
""")
FRENCH_ONLY_DIRECTIONS = {"o": "W"}
UNIT_WORDS: FrozenSet[str] = frozenset("unit apt apartment suite ste app appt appartement unite bureau local ph #".split())
FRENCH_PARTICLES: FrozenSet[str] = frozenset("de d' du des la le l' les".split())
CORNER_WORDS: FrozenSet[str] = frozenset("corner intersection coin angle croisement carrefour".split())
CORNER_JOINTS: FrozenSet[str] = frozenset("& / and et".split())
PLACE_JOINTS: FrozenSet[str] = CORNER_WORDS | {"@", "at"}  # they also stand before a single place: "bench at king st"
NEAR_JOINTS: FrozenSet[str] = frozenset("by near pres".split())  # between two streets: "on king by margaret ave"
ON: FrozenSet[str] = frozenset("on along sur".split())  # a known street needs no type behind these
# What goes on behind a street and is no part of what it is: "on king near", not "on green bins".
BEHIND_A_STREET: FrozenSet[str] = (
    PLACE_JOINTS
    | CORNER_JOINTS
    | NEAR_JOINTS
    | frozenset(
        """in is between before after past across beside behind please thanks
    est entre devant avant apres derriere en vers dans svp merci""".split()
    )
)
CORNER_LINKS: FrozenSet[str] = FRENCH_PARTICLES | frozenset("the of with avec at a au aux ,".split())  # beside a corner word
# What may stand behind an address without saying anything of it.
COURTESIES: FrozenSet[str] = frozenset("please pls plz thanks thank you thx ty svp stp s'il vous te plait merci".split())
# Said behind a place too, and no part of it: "68 rue frederick plutôt".
ADVERBS: FrozenSet[str] = frozenset(
    folded(
        """
        actually anyway apparently currently exactly finally maybe now probably really though tonight usually
        actuellement apparemment aussi certainement déjà encore enfin exactement finalement genre hein là maintenant mettons parfois
        peut-être plutôt présentement probablement quoi souvent tantôt toujours vraiment
        """
    ).split()
)

# A bare "200 king" is an address behind one of the first, or when nothing but the second stands in front of it.
PLACE_WORDS: FrozenSet[str] = frozenset("at @ near address adress addr au chez adresse".split())
LEAD_INS: FrozenSet[str] = PLACE_WORDS | frozenset(
    """is its it's it i im i'm live for my the house number habite j'habite c'est cest pour mon notre est numero no
    hi hello hey bonjour allo salut sorry ok""".split()
)
# "est" is also "is" in French: as a direction only these may follow it.
AFTER_EST: FrozenSet[str] = frozenset(
    """a est n'est n'a ne il elle ils on nous depuis devant pres dans pour svp s'il merci et mais quand unite app appt bureau au
    le la""".split()
)
# Beside what is put right these say nothing else: "that's the 210 instead, i think".
PUTS_RIGHT: FrozenSet[str] = LEAD_INS | COURTESIES | FRENCH_PARTICLES
PUTS_RIGHT |= frozenset("the a an to on be that that's instead think je pense crois".split())
# What a number counts or measures: "5 bags" is no address, "123 456 residents" no detail of a person.
COUNTED_AS_WRITTEN = tuple(
    """
    people residents inhabitants citizens voters households homes houses families kids children persons
    visitors trees dogs cats cars trucks bikes lights lanes lane way ways wheel blocks block doors door
    speed bags bins carts potholes couches mattresses chairs litres litre liters gallons km m m2 m3 cm mm ft
    feet inches sq square kg lbs lb pounds tonnes tons kwh watts amp amps volts hectares acres dollars bucks
    cents percent hours hrs minutes mins seconds days weeks months years yrs times units steps habitants
    personnes résidents citoyens électeurs ménages foyers logements maisons familles enfants visiteurs
    arbres chiens chats autos voitures camions vélos lampadaires lumières voies sacs bacs nids-de-poule
    matelas pi pieds pouces heures jours semaines mois ans fois unités sens stationnement stationnements hab
    """.split()
)
COUNTED: FrozenSet[str] = frozenset(map(folded, COUNTED_AS_WRITTEN))
# Never part of a street's name: small words, times, amounts, and the things people write to a city about.
NOT_NAMES: FrozenSet[str] = frozenset(
    folded(
        """
        a about actually after again agian ago all also am an and any april are around as at august be been before behind
        between bicycle bike bikes bin bins box bus but by can cannot car cars cart carts collected collection come crossing curb day days
        december deep did didn't do does doesn't dollars don't down east-bound every fallen february feet fire flickering foot
        for friday from front garbage garbege graffiti green-bin has hasn't have he heavy hello help her here his hole
        holes hour hours how huge i i'm if in inches instead into is isn't it it's its january july june just lamp last
        leaf left light lights litter lots m march may me meters metres middle min mins minutes missed missing monday
        month months my near next no not nothing november now october of off ok on one or our out outside over parked past
        people pick picked pickup please pls plz pm pole pothole potholes rather recycling right saturday september sick
        side sidewalk since skipped so some sorry still stop streetlight sunday tag than thank thanks that the their them
        there these they thing this thursday time times to today together tomorrow tonight too trash tree trees truck
        turn turning tuesday until up us very was wasn't waste we wednesday week weeks were what when where which while who why will
        with won't would yard year years yesterday yet you your

        ai ainsi alors août après arbre arbres au aucun aujourd'hui aussi autre aux avant avec avril bac bacs bien bonjour
        brisé car ce cela cette chez cm collecte comme comment contre d' dans de demain depuis derrière des deux devant
        dimanche dois dollars donc du déborde décembre elle en encore entre et fait feu feux fois frais février gros
        grosse heure heures hier ici il ils jamais janvier je jeudi jour jours juillet juin kg km l' l'arbre la lampadaire le
        les leur lumière lundi mai mais mardi mars matin me merci mercredi mes mi minute minutes mois mon mètres n'a n'est
        ne neige nid nid-de-poule nids nids-de-poule non nos notre nous novembre octobre on ordures ou où panneau par
        parce pas passe passent passé passée pendant personne pied pieds plus poubelle poubelles pouces pour pourquoi
        pourriez proche près qu'est quand que quel quelle quelqu'un qui ramassage ramasse ramassé ramassées recyclage sa
        sac sacs samedi sans sem semaine semaines septembre ses si soir son sont sorte sous suis sur svp tard tout toute
        trop trottoir trou trous très un une vendredi vers veux vidange vidanges voiture vos votre voudrais vous à ça
        était été être

        barricaded barré barrée barrées blocked bloqué bloquée bloquées chantier chantiers closed closure closures closing
        construction detour détour ferme fermé fermée fermées fermeture fermetures fermés going gonna open opened opens ouvert
        ouverte ouvertes reopen reopened reopening rouvre roadwork shut travaux voie voies work
        """
    ).split()
)
NOT_NAMES |= COURTESIES | ADVERBS
