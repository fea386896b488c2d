"""Danger is recognised from indirect wording, and harmless talk of the same things is not taken for it."""

from __future__ import annotations

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
            "the neighbour's shed went up and now our fence is catching too",
            "there's smoke curling out from under the dryer and i'm alone with the kids",
            "a kid dropped a cigarette in the hedge and the whole thing is burning toward our siding",
            "i asked about leaf pickup last week, anyway the bushes beside city hall are in flames",
            "the couch in the lobby got torched and everyone's coughing",
            "there's fire shooting out of a car hood on fairway",
            "hello i was writing about my tax bill but the unit below me is pouring smoke",
            "our furnace room is glowing orange",
            "flames licking up the side of the garage two doors down",
            "is it legal what my neighbour does, his shed is on fire and flames reach my wall",
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
            "la friteuse a pris et les armoires commencent à brûler",
            "de la fumée noire sort d'un camion de vidanges, le conducteur est dedans",
            "le toit de l'église flambe",
            "ça sent le plastique brûlé pis ma prise est brune",
            "ça flambe derrière l'épicerie",
            "mon divan brûle pis l'extincteur est vide",
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
            "there's a man with a hammer walking up to cars at the red light",
            "two guys just forced my neighbour into a van",
            "i can hear someone walking around downstairs and my husband's at work",
            "some man keeps trying the handle of my daughter's window",
            "someone's cutting the lock on my neighbours door right now",
            "i think i'm being followed, he turned when i turned",
            "guy pulled a blade on the cashier at the gas bar",
            "there are like ten people fighting with bottles in the parking lot",
            "my ex boyfriend's buddy says he's coming to shoot us",
            "i can't find my four year old anywhere in the park",
            "on vient de se faire pointer une arme dessus",
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
            "un gars armé d'une barre de métal frappe sur les autos des gens",
            "ma petite soeur est partie avec un homme qu'elle a connu sur internet, elle répond plus",
            "y'a quelqu'un dans ma cour pis il essaie la porte patio",
            "un homme essaie de forcer une fille à monter dans son char",
            "quelqu'un essaie de défoncer la porte du dépanneur",
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
            "since the excavator came through our street the whole block smells like eggs",
            "the pilot went out and now it stinks around the water heater",
            "i hear a hiss behind the stove and my eyes are watering",
            "the smell in my stairwell is like rotten cabbage and sulphur",
            "i opened the oven door and a wall of gas hit me",
            "somebody backed into the gas meter and it's hissing",
            "on entend chuinter près du compteur",
            "the excavator cut the gas service line",
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
            "le tuyau jaune est fendu pis ça siffle",
            "ça pue les oeufs dans la cage d'escalier depuis à matin",
            "quand j'ouvre la porte de la cave ça sent le gaz à plein nez",
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
            "all of us woke up with headaches and the cat is limp",
            "detector upstairs went off and my wife is dizzy",
            "we have the bbq inside for warmth and my son threw up",
            "what does it mean when the co alarm beeps four times and we are dizzy",
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
            "on a tous mal à la tête depuis que la fournaise est repartie",
            "mon détecteur marque 120 pis j'ai envie de vomir",
            "le détecteur sonne et les enfants ont mal au coeur",
            "mon père dormait dans l'auto le moteur en marche dans le garage",
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
            "the storm pulled the line off our house and it's jumping on the lawn",
            "a pole snapped by the school and kids are walking under the lines",
            "a truck hooked the overhead cable and it's lying across weber",
            "transformer on our pole is shooting sparks",
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
            "le fil du poteau touche à la glissoire du parc",
            "y a des étincelles au-dessus du garage chaque fois qu'il vente",
            "le fil électrique pend à hauteur de tête devant la garderie",
            "un arbre est tombé sur la ligne, ça fait des étincelles",
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
            "she took everything in the medicine cabinet and she won't talk",
            "my buddy did a line and fell over, his lips look purple",
            "there's a lady in the washroom stall, needle on the floor, she won't answer",
            "my girlfriend is foaming at the mouth after smoking something",
            "he swallowed his whole prescription to get back at me",
            "someone od'd in the stairwell, do you have naloxone",
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
            "mon frère a mélangé ses pilules avec la vodka, y respire bizarre",
            "il a pris de la poudre et il devient tout gris",
            "un gars est étendu dans la toilette publique, il est bleu",
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
            "my grandpa is on the kitchen floor and he's making no sense",
            "a lady just got knocked over by an e-scooter, she's out cold",
            "he stopped breathing",
            "i can't feel my legs",
            "my hand got caught in the mower",
            "there's a hiker at the bottom of the embankment calling for help",
            "hello, my bin was missed on tuesday, but never mind, my wife just collapsed in front of me",
            "i cut my arm real deep and it won't stop",
            "he's having a fit on the floor",
            "my baby is burning up and won't wake to feed",
            "my dad's speech is all slurred and his arm is weak",
            "kid went under in the wave pool and hasn't come up",
            "sorry to bother you about something else after the pothole but my husband has crushing chest pain",
            "my dad collapsed how can i help him",
            "do i need an ambulance, he passed out and he's bleeding from the head",
            "my mom had a stroke of some kind, her face is drooping",
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
            "mon père respire pas bien et il est en sueur",
            "elle est inconsciente dans le bain",
            "un ouvrier est pris sous une plaque de béton",
            "ma fille a avalé une noix pis sa face gonfle",
            "mon voisin est tombé de son toit, il bouge pas",
            "ma femme saigne beaucoup, elle est enceinte de 7 mois",
            "y'a un cycliste par terre au coin king et victoria, du sang partout",
            "mon père a la bouche croche depuis à matin",
            "on est pris au piège, vite",
        ],
    },
    "suicide_now": {
        "en": [
            "a girl is sitting on the ledge of the parking garage",
            "there's someone about to jump from the bridge",
            "a woman just jumped from the viaduct by the river",
            "my nephew jumped off our balcony",
            "he slit his wrists in the shower",
            "my dad locked himself in the shed with his rifle",
            "my uncle has a gun to his head",
            "i found my husband hanging in the stairwell",
            "somebody is on the wrong side of the railing over the 401",
            "she jumped in front of the train at the crossing",
            "on the ledge",
        ],
        "fr": [
            "quelqu'un est debout sur le bord du pont",
            "un gars vient de sauter du pont",
            "ma fille s'est ouvert les veines",
            "mon oncle s'est barricadé dans la remise avec son fusil",
            "il est monté sur la rambarde du viaduc",
            "mon voisin s'est pendu dans son garage",
            "une dame s'est jetée devant le tram",
        ],
    },
    "pet": {
        "en": [
            "my dog ate rat poison where is a vet",
            "the puppy chewed through a bag of mouse poison",
            "my dog ate a box of brownies with chocolate chips",
            "our cat licked the antifreeze off the garage floor",
            "my neighbours dog got into my pills",
            "kitten swallowed some lily leaves",
        ],
        "fr": [
            "mon chien a avalé du raticide",
            "le chat a léché de l'antigel",
            "notre chienne a mangé une tablette de chocolat",
            "mon chiot a mangé mes médicaments",
            "quelqu'un a empoisonné mon chien, mon chien a été empoisonné",
            "la minou a mâché un lys",
        ],
    },
    "flooded_power": {
        "en": [
            "the plugs in my basement, the outlets are all flooded",
            "water is running down into the fuse box",
            "there's water dripping from the ceiling light in the hall",
            "my breaker panel has water inside",
            "an extension cord is lying in the water downstairs",
            "sewer water is up to the sockets",
        ],
        "fr": [
            "les prises du sous-sol sont dans l'eau",
            "de l'eau coule dans la boîte électrique",
            "l'eau arrive au panneau électrique",
            "ça dégoutte par le plafonnier du salon",
            "j'ai une multiprise sous l'eau en bas",
            "les disjoncteurs sont trempés",
        ],
    },
    "needle_stick": {
        "en": [
            "my boy stepped on a needle at the splash pad",
            "i got jabbed by a syringe hidden in the mulch",
            "our gardener was pricked by a needle on the trail",
            "a needle poked me through the garbage bag",
            "my little one sat on a syringe at the bus stop",
            "needlestick from a syringe i picked up",
        ],
        "fr": [
            "mon gars a marché sur une aiguille dans le parc",
            "je me suis piquée sur une seringue en jardinant au jardin communautaire",
            "une seringue m'a piqué à travers le sac",
            "ma petite s'est piquée avec une aiguille",
            "mon mari s'est assis sur une seringue dans le bus",
            "l'aiguille a traversé mon gant, c'est une seringue qui a traversé mon gant",
        ],
    },
    "trapped": {
        "en": [
            "my grandson and i are trapped in the elevator at the market",
            "the elevator stopped with us inside and the doors will not open",
            "someone is stuck in the lift at the library",
            "we rang the bell in the elevator, nobody answers",
            "i'm locked in an elevator at 200 king",
            "kids are stuck in the elevator of the parking garage",
        ],
        "fr": [
            "je suis coincée dans l'ascenseur du marché",
            "on est bloqués dans un ascenseur",
            "ma grand-mère est prise dans l'ascenseur",
            "il y a du monde pogné dans l'ascenseur du stationnement",
            "l'ascenseur est arrêté entre deux étages, je suis dedans",
            "les portes de l'ascenseur ouvrent pas et on est dedans",
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
            "i have a rope and i'm going to do it",
            "i want to end my life",
            "my brother locked himself in his room and says he will shoot himself",
            "my sister keeps cutting her wrists",
            "i feel suicidal",
            "i feel like killing myself",
            "i'm tired of living",
            "i don't think i can keep doing this, i want to die",
            "my daughter took a knife and says she'll end it",
            "life has no meaning and i want it to be over",
            "my husband left a suicide note",
            "i think about ending things every day",
            "they'd all be happier if i was dead",
            "he gave me his watch and told me to look after his mom when he's gone",
            "i've written the letters, i just need to do it",
            "nobody would even notice if i stopped breathing",
            "my niece posted that she won't see tomorrow",
            "i stand at the edge of the platform every night",
            "i don't see any reason to stick around",
            "been thinking the train would be quick",
            "i said goodbye to my kids today",
            "i keep giving my things away because i won't need them",
        ],
        "fr": [
            "j'ai envie d'en finir",
            "je veux plus vivre",
            "tout le monde serait mieux sans moi",
            "ma soeur parle de se suicider",
            "je pense à me tuer",
            "ma vie ne vaut plus la peine",
            "mon fils dit qu'il veut mourir",
            "j'ai plus aucune raison de vivre",
            "j'ai plus le goût de vivre",
            "j'ai des pensées suicidaires",
            "je suis un fardeau pour tout le monde",
            "mon frère a dit adieu sur facebook",
            "je veux disparaître",
            "j'en peux plus, je veux que ça finisse",
            "mon chum a vidé son compte et m'a dit de refaire ma vie sans lui, j'ai peur qu'il se fasse du mal",
            "je suis pus capable, je veux en finir",
            "ma vie sert à rien, tout le monde serait tranquille si j'étais pas là",
            "j'ai plus envie de me lever, je voudrais juste dormir pour toujours",
            "mon ami m'a envoyé un message d'adieu pis il répond pas",
            "tanné de souffrir, je vais en finir ce soir",
            "je veux en finir avec la vie",
            "je veux en finir avec tout ça",
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
            "he'll be home in ten minutes and i'm scared",
            "my girlfriend threw a pan at my head and locked me out in the cold",
            "every time he drinks he comes after me and the kids",
            "my husband won't let me have my phone, i'm using my daughter's tablet",
            "he said if i leave he'll take the kids and i'll never be found",
            "she keeps punching me and i can't fight back",
            "mom's boyfriend is throwing stuff and screaming",
            "he hit me with a belt and i'm bleeding",
            "where can i get a safe place tonight, my husband hits me",
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
            "mon ex est en bas et il dit qu'il va défoncer",
            "il m'a poussée dans l'escalier, je suis enceinte",
            "mon chum me tue à petit feu, il me frappe chaque soir",
            "il revient tantôt pis il va me frapper",
            "il m'a étranglée hier soir, il dort là",
            "mon beau-père touche ma petite soeur la nuit",
            "j'ai peur de rentrer chez nous à cause de mon mari",
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
            "my toddler got into the cupboard and there's dishwasher powder all over her tongue",
            "i swallowed a mouthful of gasoline siphoning",
            "she ate a mushroom from the lawn and she's been throwing up",
            "mon gars a bu du lave-vitre",
            "i mixed bleach with the toilet stuff and i can't stop coughing",
            "my cousin drank antifreeze thinking it was gatorade",
            "grandma took her pills twice",
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
            "la petite a mis une pile bouton dans sa bouche et elle bave",
            "mon petit a mangé des baies rouges dans la haie",
            "elle a avalé du nettoyant à four",
        ],
    },
}
GENERAL = [
    "911",
    "9-1-1!!!",
    "heeelp me",
    "somebody help me",
    "call 911 now",
    "this is an emergency",
    "au secours",
    "c'est une urgence",
    "we need help right away something went horribly wrong",
    "someone is going to get killed, please come now",
    "please we need someone, anyone, fast",
    "ma vie est en danger",
]

# Patterns fit these, and the classifier must be able to overrule them.
ORDINARY_AFTER_ALL = [
    "we lost our son, what do I do about the burial",
    "I lost my daughter in spring and need her death certificate",
    "j'ai perdu mon fils, où demander le certificat de décès",
    "where does someone who has a gun get the licence renewed",
    "we are being robbed with these parking fees",
]
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
    "the parking fees are strangling small shops",
    "the water rates are bleeding us",
    "i'm drowning in permit paperwork",
    "we are drowning in fallen leaves on our street",
    "property taxes are choking seniors",
    "his old pine is dying and drops needles on my roof",
    "my roommate will kill me if i forget to pay the ticket",
    "my fence proposal got shot down, can i appeal",
    "my knee is shot so i cannot shovel",
    "this assessment gave me a stroke",
    "the new tower crane on king blocks the sidewalk",
    "someone left a stink bomb in the washroom",
    "les frais de stationnement nous étranglent",
    "les taxes nous saignent à blanc",
    "je me noie dans les formulaires de la ville",
    "mon voisin fait un feu tous les soirs d'été",
    "le camion a brûlé le feu rouge devant l'école",
    "l'enceinte de ma piscine doit avoir quelle hauteur",
    "on m'a piqué mon vélo au centre communautaire",
    "le paiement n'est pas rentré dans mon compte",
    "table à pique-nique brisée au parc",
    "des bombes aérosol vides, ça va dans quel bac",
    "une partie de la viande pourrie est restée dans mon bac",
    "je parle mal anglais, pouvez-vous me répondre en français",
    "la conduite gèle chaque hiver",
    "ça va me coûter un bras cette contravention",
    "ma blonde va me tuer si j'oublie de payer la contravention",
    "les bacs rentrent pas dans mon garage",
    "un canard mort flotte dans l'étang du parc",
    "my neighbour's bbq smoke comes right into our kitchen every evening",
    "the garbage truck dropped glass all over the road",
    "can i get a new green bin my old one is cracked",
    "somebody left a couch on the boulevard",
    "water is coming up in my basement drain",
    "my car is stuck in the snow the plow left",
    "a car hit the stop sign on my corner",
    "the elevator at city hall is out of order",
    "someone keeps parking in front of my house",
    "how high can my fence be",
    "the roof of the bus shelter is leaking",
    "my dog got hit by a car, who picks up the body",
    "trampoline in neighbour's yard makes noise",
    "the tree fell on my fence last night",
    "kids throwing rocks at the ducks in the pond",
    "my daughter wants to take swim lessons at the pool",
    "the ladder truck came to our school, can we book a visit",
    "my neighbour has a loud generator running all night",
    "furnace rebate for seniors",
    "the dryer vent of my neighbour blows on my balcony",
    "lights flicker when it's windy",
    "my grandson broke the window of the community centre by accident",
    "is there a support group for grieving people",
    "the arena change room door handle is loose",
    "can i burn wood in my fireplace",
    "we lost our mother in may, how do i change the name on the tax bill",
    "my husband passed away, i need to cancel his dog licence",
    "somebody dumped paint cans behind the store",
    "how do i volunteer as a firefighter",
    "the playground slide is hot in the sun, my son got a red leg",
    "i'm so tired of this construction noise at night",
    "please send someone to fix the pothole right now it is terrible",
    "send someone to pick up the dead skunk today please it stinks",
    "my water smells like chlorine",
    "the pool chlorine made my kid's eyes red",
    "need someone to clean the graffiti right away",
    "someone spray painted the trail sign",
    "the crosswalk button keeps beeping four times",
    "sidewalk is icy an old lady fell last week and broke her hip",
    "the crowd at the festival was crushing the flower beds",
    "my kids are stuck on the waitlist for camp, help",
    "bus driver would not let me on with my stroller",
    "uber driver keeps stopping in the bike lane",
    "guy in a hood going door to door selling furnaces",
    "our roof collapsed under snow do i need a permit to rebuild",
    "the mailbox was knocked over by the plow",
    "a wire fence is broken at the dog park",
    "cable box on the boulevard is open",
    "i picked the date for my wedding at city hall",
    "can i leave my car on the street this weekend, i'm leaving tonight for vacation",
    "there's a hole in the road, a cyclist almost fell",
    "my son has autism, are there swim programs for him",
    "smoke from wildfires is bad today, is the pool open",
    "my tenant smokes weed in the stairwell, is that a bylaw thing",
    "where do i put old batteries and pills",
    "my mom has dementia, are there day programs",
    "i need a ramp, my wife can't walk since her stroke last year",
    "fence blew down and it is lying across the sidewalk",
    "mon voisin fait un feu dans sa cour et la boucane entre chez nous",
    "le camion de vidanges a laissé tomber des déchets dans la rue",
    "quelqu'un a laissé un matelas dans le parc",
    "mon bac brun sent mauvais, c'est quand la collecte",
    "la glissoire est brisée au parc, un enfant pourrait se blesser",
    "mon père est mort, comment changer le nom sur la facture",
    "ma mère a la démence, y a-t-il des programmes de jour",
    "la lumière de rue clignote toute la nuit",
    "l'eau du robinet a un drôle de goût",
    "je suis tanné du bruit du chantier à côté",
    "mon chien a mordu le facteur, quelle est l'amende",
    "on voit plus rien au coin de la rue à cause de la haie",
    "y a de l'eau qui monte dans mon drain de sous-sol",
    "envoyez quelqu'un pour ramasser le raton mort s'il vous plaît",
    "ça presse, le nid-de-poule est énorme",
    "c'est quand que la charrue passe, la rue est pleine de neige",
    "mon fils autiste peut-il avoir de l'aide au camp",
    "on a volé mon bac bleu hier",
    "les jeunes crient dans le parc le soir",
    "ma fille est tombée de la balançoire la semaine passée, je veux réclamer",
    "le toit de l'abribus coule",
    "comment enlever mon nom de la liste",
    "je veux me marier, quelle date est libre",
    "est-ce que je peux peinturer ma clôture",
    "j'ai laissé mon auto dans la rue cette nuit à cause de la neige",
    "ma douche siffle quand j'ouvre l'eau chaude",
    "la gratte a brisé ma boîte aux lettres",
    "un arbre est tombé sur mon cabanon",
    "je veux arrêter mon prélèvement automatique",
    "le chauffeur de bus a fermé la porte devant moi",
    "pourquoi le ciel est orange aujourd'hui, feux de forêt?",
    "le détecteur du locataire, qui change la pile",
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
    "supposing": ["could get hurt"],
    "taking_back": ["false alarm but not trapped"],
    "harmless_cause": ["only toast"],
    "informing": ["what / symptoms"],
    "left_alone": "frame",
    "kinds": {
        "fire": {"en": ["= fire", "flame / burn* + house / maison but not candle", "<someone> .. trapped"]},
        "injury": {"article": "first_aid", "taken_back": False, "en": ["not .. breathing"], "fr": ["respire plus"]},
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("🆘", GENERAL_KIND),
        ("🆘 🆘🆘", GENERAL_KIND),
        ("🔥", "fire"),
        ("my garage 🔥🔥", "fire"),
        ("this playlist at the rink is 🔥", None),
        ("is there a sexual assault support line i can call", "crime"),
        ("ligne d'aide pour une agression sexuelle", "crime"),
        ("what streets does the suicide awareness walk close", None),
        ("marche pour la prévention du suicide au parc victoria", None),
    ],
)
def test_pictures_are_read_and_help_lines_are_told_apart(text: str, kind: Optional[str]) -> None:
    assert find_danger(text, emergencies().patterns) == kind


def test_the_table_speaks_of_every_kind_in_every_language() -> None:
    kinds = set(emergencies().articles) - {GENERAL_KIND}
    assert len(kinds) == 15
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


def test_harm_that_might_come_is_told_from_harm(tiny: DangerPatterns) -> None:
    assert tiny.supposes("my son could get hurt")
    assert not tiny.supposes("my son is hurt")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the house is burning, sorry, false alarm", None),
        ("false alarm, but she was trapped", "fire"),  # what calls the taking back off
        ("false alarm he is not breathing", "injury"),  # a kind that nobody can take back
        ("false alarm they said, the house is burning", "fire"),  # danger follows
        ("only toast, the house was never burning", None),  # a harmless cause
    ],
)
def test_a_false_alarm_is_taken_back(tiny: DangerPatterns, text: str, kind: Optional[str]) -> None:
    assert find_danger(text, tiny) == kind


def test_what_is_certain_is_not_taken_back() -> None:
    certain = DangerPatterns({**TINY, "kinds": {"fire": {"en": ["! torch + curtains", "torch"]}}})
    assert certain.find("false alarm the torch is at the curtains") == "fire"
    assert certain.find("it was a torch, false alarm") is None
    assert certain.takes_back("sorry, false alarm")


@pytest.mark.parametrize(("likely", "kind"), [("fire", None), ("suicide", "suicide")])
def test_what_the_classifier_alone_sees_is_taken_back_but_not_by_who_may_be_made_to(likely: str, kind: Optional[str]) -> None:
    ranking = [(f"emergency/{likely}", 0.9)]
    found = emergencies().danger_in("false alarm, sorry", ranking, 0.12, sure_of_article=False, rank=lambda part: [])
    assert (found.kind if found else None) == kind


def test_what_only_sounds_like_danger_is_taken_out(tiny: DangerPatterns) -> None:
    assert tiny.without_harmless("The Fire pit of my neighbour") == "the of my neighbour"
    assert tiny.without_harmless("the fire of my neighbour") is None


def test_a_pattern_may_be_certain_whatever_else_is_said() -> None:
    certain = DangerPatterns({**TINY, "kinds": {"fire": {"en": ["! torch + curtains but not dream", "torch"]}}})
    assert certain.is_certain("the torch is at the curtains")
    assert not certain.is_certain("the torch, the curtains, a dream")
    assert not certain.is_certain("a torch")
    assert certain.is_certain("the torch is at the curtians")  # a slip
    assert not certain.is_certain("how often is a torch at the curtains")


@pytest.mark.parametrize(
    "text",
    [
        "a boy stopped breathing beside the wading pool",
        "there is a big fire behind the arena",
        "my nephew is missing at the community garden",
        "some guy has a gun inside the library",
        "the power lines are down by the dog park",
        "a teen overdosed in the skate park washroom",
        "an old man just collapsed at the recycling depot",
        "i'm going to kill myself in the parking garage",
        "une dame se noie à la plage du parc",
        "mon neveu a disparu au centre commercial",
        "le kiosque du marché est en feu",
        "un gars a sorti un couteau à l'arrêt d'autobus",
    ],
)
def test_the_name_of_a_place_overrules_no_plain_danger(text: str) -> None:
    ordinary = [("article/splash_pads", 0.99), ("emergency/general", 0.001)]
    assert emergencies().danger_in(text, ordinary, 0.12, sure_of_article=True, rank=lambda part: []) is not None


def test_a_certain_pattern_fits_no_ordinary_example() -> None:
    safety = {f"article/{article}" for article in emergencies().articles.values()}
    ordinary = [row.text for row in training_examples() if row.label.partition("/")[0] != "emergency" and row.label not in safety]
    assert len(ordinary) > 10000
    assert [text for text in [*ordinary, *HARMLESS, *ORDINARY_AFTER_ALL] if emergencies().patterns.is_certain(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "l'enfant a perdu sa tuque au parc",
        "my kid is missing his library card",
        "my daughter is missing two vaccines",
        "i lost my son's jacket at the rink",
        "the show was shot in the park, where do i get a film permit",
        "my grandfather had a stroke last year and needs a ride",
    ],
)
def test_what_only_resembles_plain_danger_can_be_overruled(text: str) -> None:
    assert not emergencies().patterns.is_certain(text)


@pytest.mark.parametrize(
    "text",
    [
        "somebody is going to trip on it",
        "i almost lost control of my bike",
        "a cyclist could fall there",
        "un aîné pourrait glisser",
        "ma voisine a failli se casser la jambe, failli tomber",
        "ça risque de blesser un piéton",
    ],
)
def test_harm_that_is_only_feared_is_no_alarm_of_the_classifier_alone(text: str) -> None:
    assert emergencies().danger_in(text, [("emergency/injury", 0.6)], 0.12, sure_of_article=False, rank=lambda part: []) is None


@pytest.mark.parametrize("line", ["", "house + ", "<nobody> burns", ".. house", "= fire + house"])
def test_a_pattern_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(PatternError):
        DangerPatterns({**TINY, "kinds": {"fire": {"en": [line]}}})


@given(st.text(max_size=3000))
def test_any_text_is_answered(text: str) -> None:
    assert find_danger(text, READ_TINY) in (None, "fire", "injury")


ARTICLE_ANSWERS = [("article/gas_smell", 0.9), ("emergency/gas", 0.04)]


@pytest.mark.parametrize(
    ("text", "ranking", "sure_of_article", "kind"),
    [
        ("xyzzy", [("emergency/wire", 0.07), ("article/downed_wire", 0.06), ("greet", 0.2)], False, "wire"),
        ("xyzzy", [("emergency/wire", 0.05), ("greet", 0.2)], False, None),
        ("xyzzy", [("article/eviction_rent", 0.4), ("emergency/crime", 0.15)], False, None),
        ("xyzzy", [("article/eviction_rent", 0.4), ("emergency/crime", 0.25)], False, "crime"),
        ("xyzzy", [("emergency", 0.3), ("emergency/fire", 0.1)], False, GENERAL_KIND),
        ("how often does it do that", [("emergency/fire", 0.5)], False, None),
        ("what is xyzzy", ARTICLE_ANSWERS, True, None),
        ("xyzzy everywhere", ARTICLE_ANSWERS, True, "gas"),
        ("xyzzy", [("article/noise", 0.8), ("emergency/crime", 0.15)], True, None),
        ("he isn't breathing", [("article/noise", 0.9), ("emergency/injury", 0.03)], True, "injury"),
        ("he isn't breathing", [("article/noise", 0.25)], False, "injury"),
        ("we are drowning in bills", [("article/utility_arrears", 0.35), ("emergency/injury", 0.001)], True, None),
        ("about the shed: he locked himself in it with his rifle", [("article/shed_permit", 0.98)], True, "suicide_now"),
        ("xyzzy", [], False, None),
    ],
)
def test_the_classifier_adds_what_no_pattern_says(text: str, ranking: Ranking, sure_of_article: bool, kind: Optional[str]) -> None:
    found = emergencies().danger_in(text, ranking, 0.12, sure_of_article=sure_of_article, rank=lambda part: [])
    assert (found.kind if found else None) == kind


def test_how_sure_it_is_says_whether_a_pattern_told_of_it() -> None:
    likely = [("emergency/injury", 0.4), ("article/noise", 0.2)]
    for text, sureness in (("she isn't breathing", 1), ("xyzzy", 0.4)):
        found = emergencies().danger_in(text, likely, 0.12, sure_of_article=False, rank=lambda part: [])
        assert found is not None
        assert found.sureness == pytest.approx(sureness)


def test_danger_in_a_sentence_of_an_ordinary_message_is_seen_by_both() -> None:
    ordinary = [("article/garbage_missed", 0.95)]

    def found(likely: float) -> Optional[str]:
        ranked = {"the truck did not come": ordinary, "now someone is kicking in my door": [("emergency/crime", likely)]}
        said = "the truck did not come. now someone is kicking in my door"
        danger = emergencies().danger_in(said, ordinary, 0.12, sure_of_article=True, rank=ranked.__getitem__)
        return danger.kind if danger else None

    assert found(0.4) == "crime"
    assert found(0.1) is None


def test_each_label_of_the_classifier_is_a_kind() -> None:
    labels = {example.label for example in training_examples() if example.label.startswith("emergency/")}
    assert labels == {f"emergency/{kind}" for kind in emergencies().articles if kind != GENERAL_KIND}
