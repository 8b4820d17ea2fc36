# SPDX-License-Identifier: Apache-2.0
"""The files that the demo site offers for download, made in memory at start."""

import io
import zipfile

_PDF_LINES = ["さくら市　第三次総合計画（概要）", "一　誰もが安心して暮らせるまち", "二　学びと文化が息づくまち",
              "三　水と緑を次代へ渡すまち", "この文書は実演のために作られた見本です。"]


def plan_pdf():
    """A one-page PDF with Japanese text in a predefined CID font: no font has to be embedded."""
    text = "".join(f"BT /F1 {24 if i == 0 else 15} Tf 72 {740 - i * 44} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
                   for i, line in enumerate(_PDF_LINES))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}endstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /FontDescriptor 7 0 R /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 4 >> >>",
        "<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 "
        "/Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >>",
    ]
    return _assemble(objects)


def _assemble(objects):
    """Numbers the objects from 1 and adds the cross-reference table (ISO 32000-1, 7.5.4)."""
    out, offsets = bytearray(b"%PDF-1.5\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    out += b"".join(f"{offset:010} 00000 n \n".encode("ascii") for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
    return bytes(out)


def forms_zip():
    """A small archive, the same bytes in every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in (("shinsei.csv", "番号,氏名,窓口\r\n1,,\r\n2,,\r\n"), ("yomikata.txt", "様式の見本です。\r\n")):
            archive.writestr(zipfile.ZipInfo(name, (2026, 4, 1, 0, 0, 0)), text.encode("utf-8"))
    return buffer.getvalue()


def all_files():
    """Path to (content, media type, file name), each sent as an attachment."""
    return {
        "/files/sogo-keikaku.pdf": (plan_pdf(), "application/pdf", "sogo-keikaku.pdf"),
        "/files/yoshiki.zip": (forms_zip(), "application/zip", "yoshiki.zip"),
    }
