"""Abbreviations of other languages than English that end in a full stop and end no sentence."""

from __future__ import annotations

from functools import cache

_COMMON = (
    "dr prof mr st vs etc no nr op cf ca tel fig vol jan feb mar apr jun jul aug sep sept oct okt nov dec"
)

_OWN = {
    "de": """
        abb abs abt allg anm art aufl az bd bes bez bspw bzgl bzw chr dez dgl dipl ebd eigtl einschl
        entspr erg evtl exkl geb gem ges gest ggf hbf hg hl hr hrsg inkl ing insb jh jhd jr kap kath
        km/h lfd mag max mind min mio mrd mwst nachm natl o.ä östl phil rd red sog std stellv str südl
        tsd u.a u.ä univ urspr usf usw verh vgl vorm westl wiss zb zt zw z.b z.t d.h u.u i.d.r v.a o.g
        b.w mo di mi do fr sa so fa frl
    """,
    "fr": """
        m mm mme mmes mlle mlles mgr me mes av bd boul chap dépt éd env ex hab janv févr avr juil oct
        nov déc p pp ste sté tél tome t art al n° apr av.j.-c ph.d c.-à-d i.e p.ex r.-v s.a.r.l suiv
        trad
    """,
    "es": """
        a.c av avda cap cía d dep dña dpto dra dras drs ej excmo fdo gral hno hnos ing lic núm pág págs
        párr p.ej pdte prof profa pza rte sra sras sr sres srta srtas sta sto tfno ud uds ayto aprox art
        arts ee.uu s.a s.l ene abr ago dic
    """,
    "cy": "e.e h.y a.y.b b.m c.c o.c ion chwe maw ebr meh gorff medi hyd tach rhag rhif tud gw parch",
    "it": """
        sig sigg sigra sig.ra dott dott.ssa avv ing on geom rag art artt cap ecc es gen pag pagg tel ss
        s.p.a s.r.l n gg mln mld gennaio febbr pres prof.ssa
    """,
    "nl": """
        bijv bv dhr mevr mw drs ir ing jl jr m.a.w mld mln nl o.a p pag resp t.a.v t.b.v t.o.v z.o.z zgn
        art
    """,
    "pt": """
        sr sra srs dra eng av art exmo ed pág págs p.ex prof profa tel fev abr mai ago set out dez ltda
        cia
    """,
    "sv": "bl.a d.v.s e.d f.d kl m.fl m.m osv s.k t.ex t.o.m kr milj mdr st",
    "da": "bl.a dvs f.eks ca kl mio mia m.m m.v osv pct stk",
    "no": "bl.a dvs f.eks ca kl mill mrd m.m osv pst st",
}


@cache
def abbreviations(language: str) -> frozenset[str]:
    """In small letters, without the last full stop; of an unknown language those that many share."""
    return frozenset(_COMMON.split()) | frozenset(_OWN.get(language, "").split())


ORDINALS = frozenset(("de", "da", "no", "sv", "cs", "fi", "sl", "hr"))
"""Languages in which a number with a full stop is an ordinal ("3. Mai")."""
