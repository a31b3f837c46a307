"""Words that tell what somebody is: of which country one may take him to be, and what a pronoun takes up."""

from __future__ import annotations

import re


def vocabulary(text: str) -> frozenset[str]:
    """The words of a line.

    >>> sorted(vocabulary("king queen"))
    ['king', 'queen']
    """
    return frozenset(text.split())


PRONOUN = re.compile(r"(?:its?|their|they|them|his|he|him|her|she|you)\b", re.IGNORECASE)
PERSON_PRONOUN = re.compile(r"(?:their|they|them|his|he|him|her|she)$", re.IGNORECASE)
THE_STATE = re.compile(r"the (?:latter|country|nation|kingdom|emirate|sultanate)\b", re.IGNORECASE)
THE_BODY = re.compile(r"the (?:organi[sz]ation|group|body|bloc|union|alliance|grouping)$", re.IGNORECASE)
OF_ITS = re.compile(r"[\w-]+ of (?:its|their) \w", re.IGNORECASE)
"""How a phrase begins that tells whose somebody is by a pronoun: *several of its soldiers*."""
BOTH_STATES = re.compile(
    r"(?:the two|the|both|its|their) (?:\w+ )?(?:countries|nations|states|governments|sides)$", re.IGNORECASE
)
KNOWN = re.compile(
    r"(?:the|these|those|both|whose|all)\b|(?:they|he|she|him|her|his|them|their|who)$|\w+ of (?:the|them)\b",
    re.IGNORECASE,
)
"""How a phrase begins that takes up somebody named before."""
ANYONE = re.compile(
    r"(?:people|persons|men|women|suspects?|detainees|prisoners?|rest|others|arrested|pair|group|individuals?|those|both"
    r"|whose members|students|dozens|hundreds|thousands|more|many|children|\d[\d,]*|two|three|four|five|six|ten)$",
    re.IGNORECASE,
)
"""Heads that say nothing of their own."""

_TITLES = (
    "former|ousted|deposed|detained|jailed|imprisoned|exiled|opposition|leader|president|prime|minister|foreign|interior"
    "|defen[cs]e|dictator|politician|lawmaker|activist|dissident|journalist|human|rights|democracy|political|terror|suspect"
    "|militant|rebel|warlord|general|coup|party|governor|mayor|judge|lawyer|businessman|tycoon|king|national|citizen|drug"
    "|lord|kingpin|blogger|editor|writer|singer|actor|actress|footballer|cleric|student|engineer|soldier|officer|chief"
    "|ambassador"
)
_KINDS = (
    r"(?!(?:after|over|under|later|earlier|whether|together|rather|never|ever|however|per|for|nor|or|went|sent|spent)\b)"
    r"[a-z-]*(?:ist|ian|m[ae]n|er|or|ee|eer|ant|ent|ess|star|oligarch|mogul|magnate|hero|wife|widow|brother|sister"
    r"|son|daughter|father|mother|husband|aide|expert|critic|monk|priest|spy|pilot|diplomat|chef|coach|athlete|mp)"
)
"""Common nouns of people, by their ends."""
_MODIFIERS = (
    r"[a-z]+(?:-[a-z]+)*(?:al|ic|ive|ous|ary|ist|-[a-z]+)|top|senior|junior|veteran|famous|prominent|leading|late|young|then|ex"
    "|oil|film|pop|rock|hip|hop|folk|jazz|opera|tv|television|radio|media|mining|steel|property|football|tennis|rugby|cricket"
    "|chess|boxing|cycling|hockey|basketball|swimming|world|gold|newspaper|news|crypto|cryptocurrency|software|internet|online"
    "|security|intelligence|air|force|army|navy|trade|union|student|youth|women|crime|mafia|cartel|gang|death|lady|first"
    "|vice|deputy|assistant|acting|interim|wanted|convicted|alleged|suspected|accused|self|hunger|peace|prize|state|house"
)
TITLED = re.compile(rf"(?:['’]s)?(?: (?:(?:to )?[A-ZÀ-Þ][\w'’.-]*|(?:{_TITLES}|{_KINDS}|{_MODIFIERS})(?= |$)))* ?")
"""What stands between a nationality and the name of a person."""
SOMEONE = re.compile(
    rf"(?: [\w'’-]+){{0,3}} (?:{_TITLES}|m[ae]n|wom[ae]n|boy|girl|captain|nationals|citizens|diplomats?|fisherm[ae]n"
    r"|sailors?|pilots?|couple|pair|teenagers?|soldiers|journalists|activists|reporters?|photojournalist|members?|prisoners?|envoys?"
    r"|youtuber|artist|muslims|officials?|troops|workers?|students|tourists?|migrants?|suspects)\b",
    re.IGNORECASE,
)
"""What stands behind the nationality of a person."""

KIN = vocabulary(
    "wife husband son sons daughter daughters brother brothers sister sisters father mother parents cousin nephew "
    "uncle family relatives widow children child supporters followers aides bodyguard bodyguards"
)
"""Those of whom one may take that they are of the country of whose they are."""


def of_a_person(words: str, head: str) -> bool:
    """Whether somebody is one named before, or a relative: *he*, *her husband*.

    >>> of_a_person("he", "he"), of_a_person("his younger brother", "brother"), of_a_person("his arms", "arms")
    (True, True, False)
    """
    return bool(PERSON_PRONOUN.match(words)) or (words.lower().startswith(("his ", "her ", "their ")) and head in KIN)


EMPLOYEES = vocabulary("employees staff workers journalists reporters contractors executives")
"""Heads of targets whose employer may be of another country."""
FIGHTERS = vocabulary("militants militant fighters fighter insurgents insurgent rebels rebel gunmen gunman guerrillas")
"""Heads of targets who fight for a group that is named."""
FALLEN = re.compile(r"\b(?:kill(?:ed|s|ing)?|dead|died|wounded|wounding|injured|captured)\b")
"""What tells that those taken were in a fight."""
ARMED_GROUP = re.compile(
    r"Talib[ae]n|Taleban|[Aa]l[- ]Shabaa?b|Shabab|Shebab|Hamas|Fatah|(?:Palestinian )?Islamic Jihad|FARC|ELN|ETA|PKK"
    r"|Tamil Tigers?|Hezbollah|Hizbollah|Boko Haram|Abu Sayyaf|Shining Path|Sendero Luminoso|Houthis?|LRA|M23|MILF"
    r"|UNITA|Lord's Resistance Army|Moro Islamic Liberation Front|New People's Army|Maute(?: group)?|Naxalites?"
    r"|LTTE|Jundallah|ADF|Jemaah Islamiyah|Kurdistan Workers'? Party|Lashkar-e-\w+|Jaish-e-Mohammed|Khmer Rouge"
    r"|(?:Pakistani |Tehrik-i-|Tehreek-e-)Taliban|Allied Democratic Forces|Mahdi Army|Janjaweed|Haqqani [Nn]etwork"
    r"|al-Aqsa Martyrs.? Brigades"
)
"""Groups of one country whose fighters are taken as theirs."""
SENT = vocabulary(
    "troops soldiers sailors marines peacekeepers airmen servicemen ambassador ambassadors diplomat diplomats envoy "
    "envoys consul attache attaché"
)
"""Those whom a state has elsewhere, and who are told of as such."""
MISSION = re.compile(r"(?:['’]s)? (?:embassy|high commission|consulate|mission|legation)", re.IGNORECASE)

POSSESSIVE = re.compile(r"['’]s\b")

DOMESTIC = vocabulary(
    "police policeman policemen officer officers authority authorities court courts judge judges prosecutor "
    "prosecutors army military soldier soldiers troops forces force junta government regime parliament president king "
    "monarch ministry agents agent official officials department commission tribunal guard guards gendarmes navy "
    "council senate cabinet administration mutineers rebels leaders leader general generals commander commanders "
    "detectives investigators constabulary patrol marines commandos state bureau service services congress party "
    "opposition team panel judiciary justice agency militia militiamen mayor governor minister prison jail law"
)
"""Actors who act in their own country where the text names no other."""
CITIZENS = vocabulary(
    "protester protesters protestors demonstrator demonstrators activist activists politician politicians lawmaker "
    "lawmakers minister ministers official officials member members dissident dissidents priest priests monk monks "
    "bishop father abbot imam cleric president vice-president king monarch government governor mayor senator senators "
    "deputy deputies parliamentarian parliamentarians legislator legislators critic critics supporter supporters "
    "opponent opponents leader leaders soldier soldiers officer officers troops guerrillas general generals judge "
    "judges policeman policemen regime rioters marchers unionists strikers candidate candidates mp mps islamists "
    "founder residents villagers christians muslims sunnis shiites followers backers loyalists separatists unionist "
    "secessionists guard guards commissioner commissioners councillor councillors prosecutor prosecutors chief chiefs "
    "ex-minister ex-president spokesman spokeswoman spokesperson congressman congresswoman blogger bloggers poet "
    "intellectuals academics royalists conscripts personnel rebels"
)
"""Targets who are of the country where they are taken if the text says no other."""
NO_NAMES = CITIZENS | DOMESTIC | vocabulary("arabs muslims christians jews kurds")
"""What is no name of a person, with a capital too."""
SOLDIERS = vocabulary("soldier soldiers officer officers troops colonel lieutenant-colonel")
"""Those of them who are abroad more often than others."""
CROWD = re.compile(
    r"(?:people|persons|men|women|students?|prisoners|detainees|youths|children|child|boy|girl|dozens|scores|hundreds|thousands|others|more|many"
    r"|some|several|\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten)$"
)
"""Heads of targets who are of the country if they are taken in an unrest."""
UNREST = re.compile(
    r"\b(?:protest|demonstrat|rall(?:y|ies)\b|riot|unrest|march(?:ed|es|ers)\b|(?-i:march)\b|uprising|rampage|overthrow"
    r"|coup\b|destabili[sz]|subversi|sedition|slogan|treason|crackdown|political prisoner|\bmobs?\b|anti-government"
    r"|pro-democracy|insult(?:s|ed|ing) (?:the )?(?:king|president|monarch|emir|state|prophet|army)|dissent)",
    re.IGNORECASE,
)
FROM_ANYWHERE = re.compile(
    r"qa[ei]da|Islamic State|ISI[LS]\b|\b(?:terror|extremis|insurgent|militant|traffick|smuggl|gang|syndicate|cartel"
    r"|foreign|migrant|refugee|asylum|journalist|reporter|employee|tourist|pilot|sailor|crew|suspect)",
    re.IGNORECASE,
)
"""Targets who may be of any country."""
SENT_ABROAD = vocabulary(
    "it its they them troops forces soldiers personnel peacekeepers military ambassador ambassadors commissioner "
    "diplomats embassy envoy envoys staff workers citizens nationals government regime"
)
"""Heads behind *its* and *their* of those whom a state has elsewhere."""
OF_STATE = re.compile(
    rf"(?:['’]s)?(?: [\w'’-]+){{0,2}} (?:{'|'.join(sorted(DOMESTIC))}|intelligence|coup|uprising|civil|capital|city"
    r"|town|province|region|port|protests?)\b",
    re.IGNORECASE,
)
"""What stands behind the nationality of an institution or of a part of the country."""
OFFICE = re.compile(r"\b(?:President|Premier|Minister|Chancellor|King|Queen|Emir|Sultan|leader|ruler|strongman) $")
"""What stands before the name of somebody who stands for his state."""

PLAIN = r"(?:(?!(?:of|in|at|on|from|to|by|with|and)\b)[a-z-]+ )"
"""A word in small letters with the blank behind it, but for prepositions."""
GOVERNED = re.compile(
    r"(\w*) ?\b(?i:in|at|near|across|outside|inside|around|throughout|from|with|to|against|over|than|for) "
    rf"(?:the |an? )?{PLAIN}{{0,2}}$"
)
POST = re.compile(r" (?:[\w-]+ )?(?:embassy|station|bureau|office|mission|consulate|correspondent|chief|branch)\b")
"""What stands behind the name of the city where somebody is posted."""
SENT_TO = re.compile(r"\b(?:to|in|at|near|with|against|for) (?:the )?$")
NOT_HIMSELF = re.compile(r"['’]s| (?:administration|government|regime)")
CLAUSE = re.compile(r"[,;:]|\b(?:that|which|who|when|after|as|while|because|if|but|and)\b")
NO_ARTICLE = r"(?!(?:the|an?|his|its|their|said|says)\b)"
NOT_THEIRS = rf"{NO_ARTICLE}(?!(?:police|authorities|forces|troops|officials|courts?|army|soldiers)\b)"
"""What a word between a nationality and a noun is not: *Chilean film stars*, but not *Chilean police suspects*."""
