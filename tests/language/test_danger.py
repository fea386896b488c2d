"""Danger is recognised from indirect wording, and harmless talk of the same things is not taken for it."""

from __future__ import annotations

import time
from typing import Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.city import city
from bot.emergencies import GENERAL as GENERAL_KIND
from bot.emergencies import Ranking, emergencies
from bot.evaluation.examples import training_examples
from bot.language.danger import DangerPatterns, PatternError, find_danger

# What residents in danger may write; none of these texts is an example the classifier learns from.
SAID: Dict[str, Dict[str, List[str]]] = {
    "fire": {
        "en": [
            "there's smoke coming out of next door",
            "my neighbours balcony is burning",
            "the toaster oven burst into flames and i cant stop it",
            "our townhouse is filling with smoke",
            "someone set the couch in the lobby on fire",
            "i see an orange glow and thick smoke above the school",
            "smells like burning plastic coming from the wall outlet",
            "a van is on fire on the expressway ramp",
            "theres a brush fire by the train tracks",
            "smoke alarms are going off on every floor and people are running",
            "help the kitchen is on fire",
            "the wall behind my dryer is glowing and smoke is coming out",
            "my neighbours deck caught fire",
            "I left a pot on and now the whole kitchen is full of smoke",
            "there are flames coming out of a manhole",
            "someone threw a firework and the bush is burning",
            "bus is smoking really bad at the terminal, people are still on it",
        ],
        "fr": [
            "la maison d'en face est en feu",
            "ça sent le brûlé dans les murs",
            "y a de la fumée qui sort du toit du voisin",
            "le feu est pris dans la sécheuse",
            "des jeunes ont mis le feu au conteneur",
            "je vois des flammes derrière l'école",
            "l'alarme d'incendie sonne et le corridor est plein de fumée",
            "le barbecue a explosé et le mur brûle",
            "on est pris au 5e étage, le corridor est plein de fumée",
            "ça brûle derrière le dépanneur",
            "y'a le feu dans le sous-sol",
        ],
    },
    "crime": {
        "en": [
            "someone is kicking in my door",
            "there's somebody in my basement and i don't live with anyone",
            "i just got robbed at the bus stop",
            "guy with a machete at the corner of king and queen",
            "theres a man trying to open my bedroom window",
            "a guy keeps following me and wont stop",
            "i can hear gunshots outside",
            "they are breaking into the variety store across the road right now",
            "my daughter was just grabbed by a stranger at the park",
            "a bunch of teenagers are stomping on a kid behind the mall, he's on the ground",
            "some guy is pointing a gun at the cashier",
            "my three year old is missing",
            "someone is trying to break into my house and i'm hiding upstairs",
            "i can see a guy stealing a car on my street right now",
            "my coworker is being attacked in the parking lot",
            "there's a man with a gun at the plaza",
            "someone just snatched my purse and pushed me down",
            "a man is chasing a woman down our street",
            "a drunk guy just got in his car and is driving away",
        ],
        "fr": [
            "y a quelqu'un dans ma maison",
            "un gars essaie de rentrer chez ma voisine par la fenêtre",
            "on vient de me voler avec un couteau",
            "j'entends des coups de feu dehors",
            "un homme me suit depuis vingt minutes",
            "des gars se battent avec des bâtons devant le bar",
            "il pointe un fusil sur le caissier",
            "quelqu'un casse les vitres des autos dans notre rue en ce moment",
            "je pense qu'il y a un voleur dans mon garage",
            "un homme armé est entré dans la banque",
            "des gens se battent devant chez moi pis y en a un qui a un couteau",
        ],
    },
    "gas": {
        "en": [
            "smells like rotten eggs in the basement",
            "i think we have a gas leak",
            "contractor hit the gas line with his backhoe",
            "strong smell of gas in the laundry room of our building",
            "weird eggy odour in my kitchen since this morning",
            "i can smel gas in the stairwell",
            "hissing sound by the gas meter outside",
            "left the stove burner on with no flame and now the house smells",
            "my whole apartment stinks of natural gas",
            "my furnace room smells like gas",
            "natural gas smell near the school",
            "i smell something like rotten eggs coming from the stove",
            "we cut into a gas line in the backyard",
            "faint gas smell in the house should i worry",
        ],
        "fr": [
            "ça sent les oeufs pourris",
            "je sens du gaz dans la cave",
            "y a une fuite de gaz devant chez nous",
            "ils ont percé la conduite de gaz en creusant",
            "odeur de soufre dans l'escalier",
            "ca sent le gaz propane sur mon balcon",
            "ça sent le gaz quand j'ouvre l'armoire",
            "odeur d'œuf pourri chez nous",
            "l'entrepreneur a percé un tuyau de gaz",
        ],
    },
    "carbon_monoxide": {
        "en": [
            "the alarm on the ceiling won't stop and we all have headaches",
            "co detector is going off",
            "my carbon monoxide alarm went off twice tonight",
            "we are all nauseous and dizzy and the furnace is making a funny noise",
            "kids are throwing up and have headaches since we turned on the fireplace",
            "my carbn monoxide detector keeps beeping",
            "the co alarm reads 70",
            "we've been running the generator in the garage and now i feel faint",
            "my head is pounding and the detector in the hall is beeping",
            "my co2 detector won't shut up",
            "carbon monoxide detector is screaming and my mom is sick",
            "we keep getting headaches in the house but not at work",
            "the monoxide thing is flashing red",
            "my kids fell asleep in the car with the engine on in the garage",
        ],
        "fr": [
            "le détecteur de monoxyde sonne sans arrêt",
            "mon détecteur de co s'est déclenché",
            "on a tous mal à la tête et la fournaise fait un drôle de bruit",
            "on s'est réveillés étourdis et l'alarme sonne",
            "on a fait marcher la génératrice dans le garage et ma fille vomit",
            "l'avertisseur de monoxide vient de partir",
            "le détecteur de co affiche 200",
            "on se réveille avec mal à la tête chaque matin depuis que le chauffage est parti",
            "mon alarme de monoxyde vient de se déclencher",
        ],
    },
    "wire": {
        "en": [
            "hydro line is on the ground sparking",
            "power line came down on my car",
            "there are live wires lying across the sidewalk",
            "tree fell on the hydro wires and they're sparking",
            "a wire is dangling off the pole in front of my house",
            "power pole snapped in half",
            "cables down in my backyard after the ice storm",
            "the line between the poles is touching a tree and buzzing",
            "electrical wire hanging really low over the school yard",
            "downed power line on my street",
            "there's a wire in my yard, is it live",
            "hydro wires ripped off my house by the wind",
            "a tree is leaning on the power lines and they are sparking",
            "pole came down across the road, wires everywhere",
        ],
        "fr": [
            "un fil électrique pend au-dessus du trottoir",
            "la ligne d'hydro est tombée dans la rue",
            "un arbre est tombé sur les fils",
            "y a un fil à terre qui fait des étincelles",
            "le poteau d'hydro est cassé en deux",
            "des câbles traînent sur mon gazon depuis le verglas",
            "fils électriques par terre devant l'école",
            "la tempête a arraché le fil de ma maison",
            "un câble pend au milieu de la rue",
        ],
    },
    "overdose": {
        "en": [
            "i think my friend is overdosing",
            "my brother took fentanyl and i can't wake him up",
            "there's a girl in the bathroom with a needle and she's turning blue",
            "she swallowed the entire bottle of advil",
            "he od'd",
            "theres a guy slumped over with a needle in the bus shelter he wont respond",
            "i took way too many sleeping pills",
            "my mom mixed her pills with alcohol and she isn't waking up",
            "we need narcan at victoria park",
            "my friend isn't responding and there are needles",
            "he took a bunch of xanax and alcohol and is barely breathing",
            "girl on the bus shelter bench is blue and wont wake",
            "my mom took way too many of her pills",
            "someone in the library washroom overdosed",
            "i think my son is od'ing",
        ],
        "fr": [
            "mon ami fait une surdose",
            "elle a pris trop de pilules et ne se réveille plus",
            "y a un gars par terre avec une seringue, il répond pas",
            "mon coloc a pris du fentanyl, ses lèvres sont bleues",
            "j'ai avalé toute la bouteille de somnifères",
            "il a trop bu et on est pas capable de le réveiller",
            "ma mère a pris trop de médicaments",
            "un homme ne bouge plus dans la toilette, y a des seringues",
            "mon ami est bleu, il a pris de la drogue",
        ],
    },
    "injury": {
        "en": [
            "she isn't breathing",
            "he won't wake up",
            "someone fell through the ice on the lake",
            "my dad collapsed in the driveway",
            "i'm having really bad chest pains",
            "a kid just got hit by a car on weber",
            "there's blood everywhere, he cut himself with the saw",
            "my baby is turning blue and choking",
            "grandma fell and i think her hip is broken, she can't get up",
            "a man is lying on the sidewalk and not moving",
            "two cars smashed head on and somebody is trapped",
            "my coworker fell off the scaffolding",
            "i think he's having a stroke",
            "he isnt brething",
            "somebody is drowning in the grand river",
            "my daughter's tongue is swelling up after eating peanuts",
            "she is having a seisure on the bus",
            "my husband can't breathe",
            "my dad fell off a ladder and he's unconscious",
            "there is an old man lying in the snow",
            "my daughter cut her wrist on glass and blood is squirting",
            "a pedestrian was run over at the crosswalk",
            "the baby is choking",
            "i think i'm having a heart attack",
            "someone collapsed at the gym",
            "car rolled over and someone is inside",
            "my neighbour fell and can't get up",
            "my son is having trouble breathing and his lips are blue",
            "a guy is stuck in the river",
        ],
        "fr": [
            "il respire plus",
            "elle ne se réveille pas",
            "mon mari a des douleurs dans la poitrine",
            "un enfant vient de se faire frapper par une auto",
            "quelqu'un est tombé dans la rivière",
            "mon bébé est tout bleu et respire mal",
            "y a du sang partout",
            "ma mère est tombée dans l'escalier et peut plus bouger",
            "un homme est couché par terre dans la neige, il bouge pas",
            "je pense que mon père fait un avc",
            "mon enfant ne respire plus",
            "une dame est tombée et saigne de la tête",
            "mon voisin s'est effondré",
            "je pense que je fais une crise cardiaque",
            "une auto a frappé un piéton",
            "mon bébé a de la misère à respirer",
        ],
    },
    "suicide": {
        "en": [
            "i don't want to live anymore",
            "everyone would be better off without me",
            "i just want to go to sleep and never wake up",
            "i'm thinking about killing myself",
            "i cant keep going there is nothing left for me",
            "my son says he wants to die",
            "my best friend texted me goodbye and wont pick up",
            "what's the point of living",
            "a girl is sitting on the ledge of the parking garage",
            "i have a rope and i'm going to do it",
            "i want to end my life",
            "my brother locked himself in his room and says he will shoot himself",
            "my sister keeps cutting her wrists",
            "i feel suicidal",
            "i feel like killing myself",
            "i'm tired of living",
            "i don't think i can keep doing this, i want to die",
            "my daughter took a knife and says she'll end it",
            "there's someone about to jump from the bridge",
            "life has no meaning and i want it to be over",
            "my husband left a suicide note",
            "i think about ending things every day",
            "they'd all be happier if i was dead",
        ],
        "fr": [
            "j'ai envie d'en finir",
            "je veux plus vivre",
            "tout le monde serait mieux sans moi",
            "ma soeur parle de se suicider",
            "je pense à me tuer",
            "ma vie ne vaut plus la peine",
            "mon fils dit qu'il veut mourir",
            "quelqu'un est debout sur le bord du pont",
            "j'ai plus aucune raison de vivre",
            "j'ai plus le goût de vivre",
            "j'ai des pensées suicidaires",
            "je suis un fardeau pour tout le monde",
            "mon frère a dit adieu sur facebook",
            "je veux disparaître",
        ],
    },
    "violence_home": {
        "en": [
            "my husband hit me and i'm locked in the bathroom",
            "my boyfriend is going to hurt me when he gets home",
            "he choked me and i'm scared to be alone with him",
            "im hiding in the closet from my husband",
            "my dad is beating up my mom",
            "my ex is trying to break down my door",
            "i hear a woman upstairs screaming stop hitting me",
            "my partner wont let me leave the house",
            "my wife threw a knife at me",
            "my mom's boyfriend hits my little brother",
            "i left my abusive husband and have nowhere to go with my kids",
            "my husbend punched me in the face",
            "my husband beats me",
            "my boyfriend pushed me down the stairs",
            "i need to leave my abusive partner tonight",
            "he's threatening me with a knife, he's my ex",
            "my dad hits me every day",
            "i can hear the guy upstairs beating his girlfriend",
            "my husband won't let me out and took my keys",
            "i'm hiding from my boyfriend he's drunk and angry",
            "my ex broke in and is yelling at me",
        ],
        "fr": [
            "mon mari me bat",
            "mon conjoint m'a poussée dans les escaliers",
            "je me cache dans la garde-robe, il est furieux",
            "mon ex menace de me tuer",
            "le voisin bat sa femme, elle crie",
            "j'ai quitté mon chum violent et je sais pas où aller",
            "mon père frappe ma petite soeur",
            "mon mari me menace",
            "mon chum m'a frappée devant les enfants",
            "il m'empêche de quitter la maison",
            "j'entends ma voisine crier, son chum la frappe",
            "j'ai peur que mon ex vienne me tuer",
        ],
    },
    "poisoning": {
        "en": [
            "my toddler drank the drain cleaner",
            "the baby swallowed a battery",
            "my kid ate a bunch of gummy vitamins",
            "he splashed drain cleaner in his eyes",
            "my 2 yr old ate a tide pod",
            "i accidentally drank windshield washer fluid",
            "daughter put a wild mushroom in her mouth",
            "mixed bleach and ammonia and now my throat burns",
            "my son got into the medicine cabinet and ate my pills",
            "my child swallowed some pills",
            "my toddler drank windex",
            "my daughter ate a plant and her mouth is swelling",
            "i swallowed bleach by accident",
            "my baby ate a cigarette butt",
            "my grandson drank gasoline",
        ],
        "fr": [
            "ma fille a bu du nettoyant",
            "le bébé a avalé une pile",
            "mon garçon a mangé des comprimés de sa grand-mère",
            "il a bu de l'eau de javel par accident",
            "elle a mangé un champignon dans le parc",
            "j'ai du décapant dans les yeux",
            "ma fille a avalé du savon à lessive",
            "mon fils a mangé des pilules",
            "j'ai bu de l'eau de javel",
            "mon petit a avalé de la peinture",
        ],
    },
}
GENERAL = ["911", "9-1-1!!!", "heeelp me", "somebody help me", "call 911 now", "this is an emergency", "au secours", "c'est une urgence"]

HARMLESS = [
    "what does a CO alarm sound like",
    "can i have a fire pit",
    "fireworks",
    "are fireworks allowed on canada day",
    "how do i report a gas meter reading",
    "there was an accident last week where do i claim",
    "dead raccoon",
    "there is a dead raccoon on my lawn",
    "my bill is killing me",
    "kids are killing my lawn",
    "i'm dying of heat in my apartment",
    "how often should i replace my carbon monoxide detector",
    "where can i get a naloxone kit",
    "do i need a smoke alarm in the basement",
    "how do i book a fire inspection",
    "someone parked in the fire route",
    "my smoke detector chirps every minute, it needs a new battery",
    "can i have a backyard fire tonight",
    "smoke from my neighbour's fire pit comes in my window",
    "who do i call about a burned out streetlight",
    "the street light is out at king and queen",
    "my car was broken into last night, how do i report it",
    "someone stole my bike last week",
    "how much is my gas bill",
    "my gas bill is killing me this month",
    "which gas station has the best price",
    "the tap water smells like rotten eggs",
    "my green bin stinks",
    "tree branches are growing near the hydro wires, can you trim them",
    "internet line is down",
    "the phone line is down at city hall",
    "there's a lineup at the counter",
    "i hit a pothole with my car",
    "somebody hit my parked car last week",
    "my ash tree is dying",
    "the grass in the park is dead",
    "used needles in the park",
    "i found a needle in the sandbox",
    "how do i get rid of old pills",
    "where do i drop off old batteries",
    "can i put bleach bottles in the blue box",
    "the pool chlorine smell is strong at the arena",
    "my dog ate rat poison where is a vet",
    "first aid course at the community centre",
    "suicide prevention training for volunteers",
    "i want to end my lease",
    "end my pre-authorized payment plan",
    "shoot hoops at the community centre",
    "the deadline is killing us",
    "i nearly had a heart attack when i saw my tax bill",
    "my neighbour's music is killing me",
    "kids are screaming in the playground behind my house",
    "dog barking all night, i can't take it anymore",
    "the garbage truck hit my mailbox",
    "sewer smell in my basement",
    "what is the fine for setting off fireworks",
    "is there a shelter for cats",
    "how do i get an emergency contact form",
    "emergency preparedness guide",
    "my house number fell off",
    "leaves are falling in the catch basin",
    "the ice rink opening hours",
    "is the ice on the pond safe for skating",
    "can i burn leaves",
    "power went out on my street",
    "my mother fell behind on her property tax",
    "the website crashed when i tried to pay",
    "how do i attach a photo to my report",
    "window frames permit",
    "le feu de circulation ne marche pas",
    "feux d'artifice à la fête du canada",
    "puis-je avoir un foyer extérieur",
    "raton laveur mort sur la rue",
    "ma facture de gaz est trop élevée",
    "relevé du compteur de gaz",
    "combien coûte un détecteur de monoxyde",
    "à quelle fréquence remplacer un détecteur de fumée",
    "j'ai eu un accident la semaine passée, où réclamer",
    "mon voisin fume dans le corridor",
    "l'eau du robinet sent le chlore",
    "mon fils veut s'inscrire au soccer",
    "ma fille prend des cours de natation",
    "je crève de chaleur dans mon appartement",
    "je suis mort de rire",
    "mon frêne est en train de mourir",
    "y a-t-il un cours de premiers soins",
    "où jeter mes vieilles piles",
    "formation en prévention du suicide",
    "la ligne téléphonique est coupée",
    "les lignes jaunes sont effacées sur la rue",
    "j'ai frappé un nid-de-poule",
    "quel est le montant de l'amende pour un feu",
    "",
    "🙂",
    "200 king st w",
]


# Texts that tell of two dangers: either answer is right.
ALSO_RIGHT: Dict[str, Tuple[str, ...]] = {
    "my brother locked himself in his room and says he will shoot himself": ("violence_home",),
    "my ex is trying to break down my door": ("crime",),
    "girl on the bus shelter bench is blue and wont wake": ("injury",),
    "un homme ne bouge plus dans la toilette, y a des seringues": ("injury",),
    "my son is having trouble breathing and his lips are blue": ("overdose",),
}

TINY = {
    "spellings": {"isnt": "is not", "cant": "can not"},
    "words": {"person": "he / she", "someone": "<person> / i"},
    "harmless": ["fire pit / fire station"],
    "only_asking": ["how often"],
    "informing": ["what / symptoms"],
    "left_alone": "frame",
    "kinds": {
        "fire": {"en": ["= fire", "flame / burn* + house / maison but not candle", "<someone> .. trapped"]},
        "injury": {"article": "first_aid", "en": ["not .. breathing"], "fr": ["respire plus"]},
    },
}


READ_TINY = DangerPatterns(TINY)


@pytest.fixture
def tiny() -> DangerPatterns:
    return READ_TINY


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, languages in SAID.items() for texts in languages.values() for text in texts]
)
def test_danger_is_recognised_from_what_is_said(text: str, kind: str) -> None:
    assert find_danger(text, emergencies().patterns) in {kind, *ALSO_RIGHT.get(text, ())}


@pytest.mark.parametrize("text", GENERAL)
def test_a_call_for_help_is_danger_without_a_kind(text: str) -> None:
    assert find_danger(text, emergencies().patterns) == GENERAL_KIND


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_talk_of_the_same_things_is_not_danger(text: str) -> None:
    assert find_danger(text, emergencies().patterns) is None


@pytest.mark.parametrize(
    "text", ["HE ISN’T BREATHING!!!", "he is. not. breathing", "he isnt   breathing", "so i think he isn't breathing ok"]
)
def test_case_signs_and_apostrophes_do_not_matter(text: str) -> None:
    assert find_danger(text, emergencies().patterns) == "injury"


def test_the_table_speaks_of_every_kind_in_every_language() -> None:
    kinds = set(emergencies().articles) - {GENERAL_KIND}
    assert len(kinds) == 10
    assert set(SAID) == kinds
    for languages in SAID.values():
        assert set(languages) == set(city().languages)
        assert min(map(len, languages.values())) >= 6


def test_nothing_the_table_says_is_taught_to_the_classifier() -> None:
    taught = {example.text.casefold() for example in training_examples()}
    assert len(taught) > 1000
    assert not taught & {text.casefold() for languages in SAID.values() for texts in languages.values() for text in texts}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("fire", "fire"),
        ("FIRE!", "fire"),
        ("a fire in the stove", None),  # "= fire" is the whole message
        ("the house is burning", "fire"),
        ("my house has a flmae", "fire"),  # two letters changed places: one slip
        ("a flame, and then the maison", "fire"),
        ("my house burns by a candle", None),
        ("fire pit fire", None),  # what is harmless is taken out, and leaves no gap
        ("she was badly trapped", "fire"),
        ("she was there and they are not so trapped", None),  # more than three words between
        ("he is not really breathing", "injury"),
        ("he isn't breathing", "injury"),
        ("he isnt breathin", "injury"),
        ("Il respire plus", "injury"),
        ("how often is he not breathing", None),
        ("the house has a frame", None),  # a right word, though close to a flame
        ("", None),
    ],
)
def test_patterns_are_read_as_the_file_says(tiny: DangerPatterns, text: str, kind: Optional[str]) -> None:
    assert find_danger(text, tiny) == kind


def test_words_far_apart_do_not_belong_together(tiny: DangerPatterns) -> None:
    assert find_danger("flame " + "and " * 20 + "house", tiny) == "fire"
    assert find_danger("flame " + "and " * 40 + "house", tiny) is None


def test_a_question_about_danger_is_told_from_danger(tiny: DangerPatterns) -> None:
    assert tiny.only_asks("how often do i test it")
    assert not tiny.only_asks("it burns")
    assert tiny.informs("what symptoms are there")
    assert not tiny.informs("it burns")


@pytest.mark.parametrize("line", ["", "house + ", "<nobody> burns", ".. house", "= fire + house"])
def test_a_pattern_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(PatternError):
        DangerPatterns({**TINY, "kinds": {"fire": {"en": [line]}}})


@given(st.text(max_size=3000))
def test_any_text_is_answered(text: str) -> None:
    assert find_danger(text, READ_TINY) in (None, "fire", "injury")


def test_a_message_takes_less_than_a_millisecond() -> None:
    patterns = emergencies().patterns
    texts = [*HARMLESS, *(text for texts in SAID["injury"].values() for text in texts)]
    took = []
    for _ in range(5):
        begun = time.process_time()
        for text in texts:
            find_danger(text, patterns)
        took.append((time.process_time() - begun) / len(texts))
    assert min(took) < 0.001


ARTICLE_ANSWERS = [("article/gas_smell", 0.9), ("emergency/gas", 0.04)]


@pytest.mark.parametrize(
    ("text", "ranking", "sure_of_article", "kind"),
    [
        ("xyzzy", [("emergency/wire", 0.07), ("article/downed_wire", 0.06), ("greet", 0.2)], False, "wire"),
        ("xyzzy", [("emergency/wire", 0.05), ("greet", 0.2)], False, None),
        ("xyzzy", [("emergency", 0.3), ("emergency/fire", 0.1)], False, GENERAL_KIND),
        ("how often does it do that", [("emergency/fire", 0.5)], False, None),
        ("what is xyzzy", ARTICLE_ANSWERS, True, None),
        ("xyzzy everywhere", ARTICLE_ANSWERS, True, "gas"),
        ("xyzzy", [("article/noise", 0.8), ("emergency/crime", 0.15)], True, None),
        ("he isn't breathing", [("article/noise", 0.99)], True, "injury"),
        ("xyzzy", [], False, None),
    ],
)
def test_the_classifier_adds_what_no_pattern_says(text: str, ranking: Ranking, sure_of_article: bool, kind: Optional[str]) -> None:
    assert emergencies().danger_in(text, ranking, 0.12, sure_of_article=sure_of_article) == kind


def test_each_label_of_the_classifier_is_a_kind() -> None:
    labels = {example.label for example in training_examples() if example.label.startswith("emergency/")}
    assert labels == {f"emergency/{kind}" for kind in emergencies().articles if kind != GENERAL_KIND}
