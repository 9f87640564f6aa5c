"""The looks of cells, numbered as they stand in `styles.xml`."""

from html import escape

SCALES = range(1, 16)  # places after the point
FORMATS = {
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "moment_ms": "yyyy-mm-dd hh:mm:ss.000",
    "utc": 'yyyy-mm-dd hh:mm:ss"+00"',
    "utc_ms": 'yyyy-mm-dd hh:mm:ss.000"+00"',
    **{f"decimal_{scale}": "0." + "0" * scale for scale in SCALES},
}
NAMES = ("plain", "head", "formula", *FORMATS)
STYLE = {name: number for number, name in enumerate(NAMES)}
_FIRST_OWN = 164  # numbers below are Excel's own


def styles_xml() -> str:
    """A formula's cell has `quotePrefix`: Excel keeps it as text even when somebody edits it."""
    own = {name: _FIRST_OWN + number for number, name in enumerate(FORMATS)}
    formats = "".join(
        f'<numFmt numFmtId="{own[name]}" formatCode="{escape(code)}"/>' for name, code in FORMATS.items()
    )
    cells = [
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" quotePrefix="1"/>',
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>',
        *(
            f'<xf numFmtId="{own[name]}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
            for name in FORMATS
        ),
    ]
    font = '<sz val="11"/><name val="Calibri"/><family val="2"/>'
    return (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<numFmts count="{len(FORMATS)}">{formats}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )
