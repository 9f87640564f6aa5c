"""The small parts of a workbook around its rows (ECMA-376)."""

from collections.abc import Sequence

from app.datasources.connectors.base import ColumnKind
from app.exports.xlsx.styles import styles_xml
from app.runs.models import ResultColumn

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEETS = ("Result", "About")
_WIDTHS = {ColumnKind.DATE: 12, ColumnKind.TIMESTAMP: 28, ColumnKind.TEXT: 24, ColumnKind.JSON: 32}
_USUAL_WIDTH = 15


def parts() -> dict[str, str]:
    """Each by its place in the archive; the sheets themselves are not among them."""
    numbers = range(1, len(SHEETS) + 1)
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, SHEETS, strict=True)
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    found = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": _links(_link(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _links(links + _link(len(SHEETS) + 1, "styles", "styles.xml")),
        "xl/styles.xml": styles_xml(),
    }
    return {name: _DECLARATION + xml for name, xml in found.items()}


def sheet_begin(columns: Sequence[ResultColumn]) -> str:
    """Up to the rows: the first one stays in sight."""
    kinds = [_WIDTHS.get(ColumnKind(column.kind), _USUAL_WIDTH) for column in columns]
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(kinds, 1)
    )
    return (
        f'{_DECLARATION}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        + (f"<cols>{widths}</cols>" if widths else "")
        + "<sheetData>"
    )


SHEET_END = "</sheetData></worksheet>"


def _links(links: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
