"""The plain sheets of the selection's workbook: result, criteria, robustness, cases, findings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from handprint.core.i18n import Language, pick
from handprint.page.parts import finding_table
from handprint.page.workbook import Book, Cell, Column, Row
from handprint.selection.words import (
    case_name,
    category_name,
    listed,
    measure_name,
    region_name,
    remarks,
    say,
    sector_name,
    verdict_name,
    why_not,
)

__all__ = ["write_plain_sheets", "write_result"]

Document = Mapping[str, Any]
MOST_ROWS = 3_000  # of the sheet of ranks
Entry = Mapping[str, Any]


def write_result(book: Book, document: Document) -> None:
    """Write the first sheet: who is selected, and who comes next."""
    columns = [
        _column(book.lang, "category", width=14),
        _column(book.lang, "place", width=10),
        _column(book.lang, "id", width=34),
        _column(book.lang, "title", width=38),
        _column(book.lang, "applicant", width=22),
        _column(book.lang, "sector"),
        _column(book.lang, "region"),
        _column(book.lang, "score", "score", 10),
        _column(book.lang, "p_selected", "percent"),
        _column(book.lang, "NER", "amount", 14),
        _column(book.lang, "VEI", "fine", 10),
        _column(book.lang, "verdict"),
        _column(book.lang, "remarks", width=50),
    ]
    _sheet(book, "result", columns, _result_rows(document, book.lang))


def write_plain_sheets(book: Book, document: Document) -> None:
    """Write all sheets after the score sheet and the measures."""
    lang = book.lang
    _sheet(book, "criteria", _criteria_columns(lang), _criteria_rows(document, lang))
    if document["flips"]:
        _sheet(book, "robustness", _flip_columns(lang), _flip_rows(document, lang))
    if document["draws"]["origin"] != "none":
        _sheet(book, "ranks", *_rank_table(document, lang))
    _sheet(book, "cases", _case_columns(lang), _case_rows(document, lang))
    _sheet(book, "findings", *finding_table(document["findings"], lang))


def _sheet(book: Book, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    book.table(book.sheet(say(book.lang, f"sheet.{name}")), columns, rows, lines=3)


def _column(lang: Language, name: str, kind: str = "text", width: float = 12) -> Column:
    return Column(say(lang, f"column.{name}"), kind, width)


def _result_rows(document: Document, lang: Language) -> Iterable[Row]:
    entries = {entry["id"]: entry for entry in document["entries"]}
    for category in document["categories"]:
        for selected, ids in ((True, category["selected"]), (False, category["reserve"])):
            for place, case_id in enumerate(ids, start=1):
                entry = entries[case_id]
                reserve = f"{say(lang, 'reserve')} {place}"
                yield (
                    [
                        category_name(category["id"], lang),
                        str(place) if selected else reserve,
                        entry["id"],
                        case_name(entry, lang),
                        entry["applicant"],
                        sector_name(entry["sector"], lang),
                        region_name(entry["region"], lang),
                        entry["score"],
                        entry["p_selected"],
                        entry["NER"],
                        entry["VEI"],
                        verdict_name(entry["verdict"], lang),
                        remarks(entry, lang),
                    ],
                    selected,
                )


def _criteria_columns(lang: Language) -> list[Column]:
    return [
        _column(lang, "criterion", width=28),
        _column(lang, "weight", "fine", 10),
        _column(lang, "share", "percent", 10),
        _column(lang, "measures", width=90),
    ]


def _criteria_rows(document: Document, lang: Language) -> Iterable[Row]:
    for criterion in document["criteria"]:
        name = pick(criterion["name"], lang)
        measured = "; ".join(measures_of(criterion, document, lang))
        yield [name, criterion["weight"], criterion["share"], measured], False


def measures_of(criterion: Entry, document: Document, lang: Language) -> Iterable[str]:
    """Yield what a criterion is measured by, and what was left out."""
    for measure, there in zip(criterion["measures"], criterion["measured"], strict=True):
        name = measure_name(measure, lang)
        yield name if there else say(lang, "measure.missing", measure=name)
    if criterion["judged"]:
        scale = {name: f"{document['expert_scale'][name]:g}" for name in ("low", "high")}
        yield say(lang, "measure.experts", **scale)


def _flip_columns(lang: Language) -> list[Column]:
    return [
        _column(lang, "criterion", width=28),
        _column(lang, "share", "percent", 10),
        _column(lang, "lower", "percent", 14),
        _column(lang, "leaves", width=30),
        _column(lang, "enters", width=30),
        _column(lang, "upper", "percent", 14),
        _column(lang, "leaves", width=30),
        _column(lang, "enters", width=30),
    ]


def _flip_rows(document: Document, lang: Language) -> Iterable[Row]:
    names = {c["id"]: pick(c["name"], lang) for c in document["criteria"]}
    for flip in document["flips"]:
        sides = [_side(flip[side], lang) for side in ("lower", "upper")]
        yield [names[flip["criterion"]], flip["share"], *sides[0], *sides[1]], False


def _side(change: Entry | None, lang: Language) -> list[Cell]:
    if change is None:
        return [None, say(lang, "weight_free"), None]
    return [change["share"], listed(change["leaves"], lang), listed(change["enters"], lang)]


def _rank_table(document: Document, lang: Language) -> tuple[list[Column], Iterable[Row]]:
    shown = max((len(e["rank_probabilities"]) for e in document["entries"]), default=0)
    columns = [
        _column(lang, "category", width=14),
        _column(lang, "id", width=34),
        _column(lang, "title", width=38),
        _column(lang, "category_rank", "whole", 10),
        _column(lang, "p_selected", "percent"),
        *(Column(str(rank), "percent", 8) for rank in range(1, shown + 1)),
    ]
    entries = sorted(
        document["entries"][:MOST_ROWS], key=lambda e: (e["category"], e["category_rank"])
    )
    rows = (
        (
            [
                category_name(e["category"], lang),
                e["id"],
                case_name(e, lang),
                e["category_rank"],
                e["p_selected"],
                *e["rank_probabilities"],
            ],
            e["selected"],
        )
        for e in entries
    )
    return columns, rows


def _case_columns(lang: Language) -> list[Column]:
    return [
        _column(lang, "id", width=34),
        _column(lang, "title", width=38),
        _column(lang, "applicant", width=22),
        _column(lang, "category", width=14),
        _column(lang, "sector"),
        _column(lang, "region"),
        _column(lang, "NER", "amount", 14),
        _column(lang, "verdict", width=16),
        _column(lang, "eligible", "mark", 10),
        _column(lang, "reasons", width=60),
    ]


def _case_rows(document: Document, lang: Language) -> Iterable[Row]:
    for case in document["cases"]:
        yield (
            [
                case["id"],
                case_name(case, lang),
                case["applicant"],
                category_name(case["category"], lang),
                sector_name(case["sector"], lang),
                region_name(case["region"], lang),
                case["NER"],
                verdict_name(case["verdict"], lang),
                say(lang, "yes" if case["eligible"] else "no"),
                "" if case["eligible"] else why_not(case["reasons"], lang),
            ],
            False,
        )
