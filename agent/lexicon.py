"""The English words that the deterministic parser knows; a catalogue's vocabulary comes from its data."""

import re

LOVES = frozenset(
    "love loved loves adore adored favourite favorite favourites favorites best amazing".split()
)
LIKES = frozenset(
    "like liked likes enjoy enjoyed enjoys fan great good fantastic brilliant wonderful excellent similar".split()
)
HATES = frozenset("hate hated hates loathe loathed terrible awful worst horrible".split())
DISLIKES = frozenset("dislike disliked boring bored avoid bad disappointing overrated annoying dull".split())
NEGATIONS = frozenset(
    "no not don't dont didn't didnt doesn't doesnt never nothing without isn't isnt wasn't wasnt can't cant "
    "haven't havent hasn't hasnt except besides hardly nor neither non won't wont stop".split()
)
SEEN = frozenset("seen watched read played saw heard finished".split())
ASKS = frozenset("about".split())
SOFTENERS = frozenset("maybe perhaps ideally preferably rather possibly".split())
REQUESTS = frozenset(
    "recommend suggest suggestion suggestions recommendation recommendations want need looking look find "
    "something anything show give mood watch fancy feel".split()
)
FRESH_REQUESTS = frozenset("something show give find recommend suggest".split())
"""Requests that end what was refused before them: "no horror, something funny"."""

TELLS = re.compile(
    r"\b(is|isn't|was|wasn't|are|were|had|has|it|it's|its|he|she|they|them|that's|saw|looks?|sounds?|seems?|so much)\b",
    re.I,
)
"""Words of a sentence that tells of something: "Danny DeVito is very funny"."""
DEMANDS = re.compile(
    r"\b((is|are) there|any|must|should|ha(s|ve) to|make|be|please|prefer\w*|only|how about|what about|you got)\b",
    re.I,
)
"""Words of one that asks for something all the same."""
HABITS = re.compile(
    r"\b(usually|normally|generally|typically|often|sometimes|mostly|always|tends? to|also (watch|read|play|listen)|"
    r"(?<!would )(?<!'d )(?:like|love|enjoy) (to )?(watch|read|play|listen)(ing)?)\b",
    re.I,
)
"""Words of one that tells what someone does at other times: "I usually watch action"."""

GREETING = re.compile(r"^\W*(hi|hello|hey|hiya|good (morning|afternoon|evening)|greetings)\b", re.I)
GREETING_WORDS = frozenset({"hi", "hello", "hey", "please", "thanks"})
THANKS = re.compile(r"\b(thanks|thank you|cheers|thx)\b", re.I)
BYE = re.compile(r"^\W*(bye|goodbye|see you|good night|that's all|that is all)\b", re.I)
HELP = re.compile(r"^\W*(help|what can you do|how does this work)\b", re.I)
WHY = re.compile(r"\b(why|how come|explain|what makes you)\b", re.I)
MORE = re.compile(
    r"\b(more|others?|something else|anything else|what else|next|another( one)?|surprise me)\b", re.I
)
ALREADY = re.compile(
    r"\b(seen|watched|read|played|heard) (it|that|this|them|those|both|all)\b"
    r"|\balready (seen|saw|watched|read|played|heard)\b"
    r"|\b(seen|watched|read|played|saw|know) the (first|second|third|fourth|fifth|last)\b"
    r"|\bsaw (it|that one|this one)\b",
    re.I,
)
REFUSAL = re.compile(
    r"\b(not (that|this|the \w+) ?(one)?|no thanks|not for me|none of (these|those|them)|"
    r"don'?t (want|like) (that|this|it|the \w+)( one)?|rather not|not interested|skip (that|it|the \w+))\b",
    re.I,
)
ABOUT = re.compile(
    r"\b(tell me (more )?about|what(?:'s| is)(?! (?:next|else|new)\b)|who (directed|wrote|made|stars|is in)|when was|"
    r"what (genre|year)|how about|what about|is .* any good)\b",
    re.I,
)
REFUSED = re.compile(
    r"(?:^|[,;.!?(]\s*|\b(?:but|and|or|with|please)\s+)"
    r"(?:no|without(?: any)?|nothing(?: (?:too|very|so|overly))?)\s+(?P<word>[^\W\d_][\w'’-]+)"
    r"(?=\s*(?:[,.;!?)]|$)|\s+(?:please|and|or|but|for|like)\b)",
    re.I,
)
"""What is kept out, as a word at the end of its phrase: "nothing too violent", "but no vampires, please"."""
IDIOMS = frozenset("clue doubt idea luck matter need offence offense problem rush thanks way worries".split())
"""What follows a "no" that refuses nothing."""
STARTS_OVER = re.compile(
    r"\b(actually|instead|changed my mind|forget (that|it|about)|start over|on second thoughts?|scratch that)\b",
    re.I,
)

ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "seventh": 6, "eighth": 7, "ninth": 8, "tenth": 9, "last": -1,
}  # fmt: skip
ORDINAL = re.compile(
    r"\bthe (?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|[1-5](?:st|nd|rd|th))\b"
    r"(?! (?:half|act|season|part|time|film in|world))"
    r"|(?:\b(?:number|no\.?) ?|#)(?P<number>\d{1,2})\b",
    re.I,
)
POINTER = re.compile(r"\b(it|that|this|that one|this one)\b", re.I)

CLAUSE_END = re.compile(
    r",(?=\s+(?:an?|some)\s)|[.;!?\n]+|(?<!anything),?\s+\b(?:but|though|although|however|yet|except)\b|\s+-+\s+",
    re.I,
)

SYNONYMS: tuple[frozenset[str], ...] = (
    frozenset({"sci-fi", "sci fi", "scifi", "science fiction", "sf"}),
    frozenset({"romance", "romances", "romantic", "love story", "love stories", "romance film"}),
    frozenset({"comedy", "comedies", "comedic", "funny", "hilarious", "humor", "humour"}),
    frozenset({"horror", "scary", "horrors", "creepy", "slasher"}),
    frozenset({"animation", "animated", "cartoon", "cartoons", "animations", "anime"}),
    frozenset({"children", "children's", "childrens", "kids", "kid-friendly", "family"}),
    frozenset({"thriller", "thrillers", "suspense", "suspenseful"}),
    frozenset({"documentary", "documentaries", "documentary film"}),
    frozenset({"musical", "musicals"}),
    frozenset({"western", "westerns"}),
    frozenset({"film-noir", "noir", "film noir"}),
    frozenset({"war", "war film", "war films", "war movie", "war movies"}),
    frozenset({"crime", "gangster", "mafia", "heist", "crime fiction"}),
    frozenset({"mystery", "mysteries", "whodunit", "whodunnit"}),
    frozenset({"drama", "dramas"}),
    frozenset({"action", "action-packed"}),
    frozenset({"fantasy", "fantasies"}),
    frozenset({"adventure", "adventures"}),
    frozenset({"history", "historical", "historic"}),
    frozenset({"biography", "biographies", "biopic", "biographical", "memoir"}),
    frozenset({"beginner", "beginners", "novice"}),
    frozenset({"expert", "experts", "advanced"}),
)
"""Words that stand for one another; the catalogue's own value among them is the one that counts."""

SOFT_WORDS = frozenset(
    "funny hilarious scary creepy romantic suspenseful family kids kid-friendly action-packed".split()
)
"""Moods rather than labels: they are wishes, never hard constraints, unless negated."""

COMMON = frozenset(
    "a about above after again against all also always am an and any anything are around as at back be because "
    "been before being below best better between big both boy but by call can city come could crazy dad day dead "
    "did do does doing don't down during each else end enough even ever every few film films find first for from "
    "full fun game get girl give go going good great guy had happy has have having he head hello help her here him "
    "his holiday home hope hour house how i i'd i'm i've if in into is it its just kid kids kind know last life "
    "light like little live long look lost lot love made make man many maybe me men might mom more most movie "
    "movies much music must my never new next nice night no none not nothing now of off old on once one only open "
    "or other our out over own people perfect play please real really red right run same saw say scary second see "
    "seen she should show sky slow small so some someone something soon stay still stop story strange such sure "
    "take tell than thanks that the their them then there these they thing things think this those three time "
    "to today together tomorrow tonight too true try two under until up us use very wait want war was watch water "
    "way we week well were what when where which while white who why wild will wish with without woman women "
    "work world would year years yes yet you young your crime drama book books read song songs course courses".split()
)
"""Words so ordinary that as a title they need more than their letters to be believed."""

NOUNS = frozenset({"film", "films", "movie", "movies", "book", "books", "course", "courses", "game", "games",
                   "artist", "artists", "music", "band", "bands", "album", "novel", "novels", "story"})  # fmt: skip
CONJUNCTIONS = frozenset({"and", "or", "also", "plus", "than", "to", "by", "called", "named", "titled", "as"})
FUNCTION = frozenset("a an the of for and or with in on to by from at vs not no is as".split())
FILLER = (
    COMMON | REQUESTS | LOVES | LIKES | HATES | DISLIKES
    | NEGATIONS | SEEN | SOFTENERS | CONJUNCTIONS
    | frozenset("is was were are hi hello hey thanks thank please bye goodbye cheers too bit lot i've few".split())
    | frozenset("learn study listen".split())
    | ORDINALS.keys()
) - frozenset("slow long small strange dead big holiday happy light war crime drama".split())  # fmt: skip
"""Words that carry no wish by themselves."""
