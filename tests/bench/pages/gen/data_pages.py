# SPDX-License-Identifier: Apache-2.0
"""table.html and form.html: what staff do all day."""

from . import markup, prose
from .rng import Rng

ROWS = 200
_COLUMNS = ["行", "事業コード", "事業名", "所管", "担当者", "地区", "区分", "当初予算", "補正額", "執行額",
            "執行率", "契約日", "完了予定", "備考"]

_TABLE_STYLE = """
body { margin: 0; font: 14px/1.35 %(font)s; color: #1a1a1a; background: #fff; }
table { border-collapse: separate; border-spacing: 0; width: 100%%; }
caption { text-align: left; padding: 8px 12px; font-size: 18px; font-weight: bold; }
th { position: sticky; top: 0; background: #2f5d50; color: #fff; z-index: 1; }
th, td { border-right: 1px solid #c4ccc8; border-bottom: 1px solid #c4ccc8; padding: 3px 8px;
  white-space: nowrap; max-width: 300px; overflow: hidden; text-overflow: ellipsis; }
tbody tr:nth-child(even) td { background: #f1f6f4; }
td:nth-child(1), td:nth-child(8), td:nth-child(9), td:nth-child(10), td:nth-child(11) {
  text-align: right; font-variant-numeric: tabular-nums; }
""" % {"font": markup.FONT}

_FORM_STYLE = """
body { margin: 0; font: 16px/1.6 %(font)s; color: #1c1c1c; background: #eef1f4; }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 32px; max-width: 1500px; margin: 0 auto; padding: 24px; }
h1 { font-size: 24px; grid-column: 1 / 3; margin: 0; }
form, section { background: #fff; border: 1px solid #c9d1d9; padding: 20px 24px; }
label, legend { display: block; font-weight: bold; margin-top: 12px; }
label.choice { display: inline-block; font-weight: normal; margin: 0 16px 0 0; }
fieldset { border: 0; padding: 0; margin: 0; }
input[type=text], input[type=password], input[type=number], input[type=date], textarea, select, .rich {
  font: 16px/1.6 %(font)s; width: 100%%; box-sizing: border-box; border: 1px solid #5f6b76; padding: 4px 8px; background: #fff; }
.rich { min-height: 76px; }
dl { display: grid; grid-template-columns: 9em 1fr; margin: 0; }
dt, dd { margin: 0; padding: 6px 0; border-bottom: 1px solid #dde3e8; min-height: 26px; }
dd { white-space: pre-wrap; overflow-wrap: anywhere; }
""" % {"font": markup.FONT}

_FORM = """
<main>
<h1>手当の申請（入力の確認）</h1>
<form autocomplete="off">
<label for="name">氏名</label><input type="text" id="name" autofocus>
<label for="pass">暗証番号</label><input type="password" id="pass" autocomplete="new-password">
<label for="count">人数</label><input type="number" id="count" min="1" max="99">
<label for="day">希望日</label><input type="date" id="day">
<label for="office">窓口</label>
<select id="office"><option>本庁</option><option>北支所</option><option>駅前サービスコーナー</option></select>
<fieldset><legend>通知の方法</legend>
<label class="choice"><input type="radio" name="notice" id="by-post" value="郵便"> 郵便</label>
<label class="choice"><input type="radio" name="notice" id="by-mail" value="電子メール"> 電子メール</label></fieldset>
<fieldset><legend>確認</legend>
<label class="choice"><input type="checkbox" id="agree" value="同意する"> 記載内容に相違ありません</label></fieldset>
<label for="memo">理由</label><textarea id="memo" rows="4"></textarea>
<label id="rich-label">補足（書式あり）</label>
<div class="rich" id="rich" contenteditable="true" role="textbox" aria-multiline="true" aria-labelledby="rich-label"></div>
</form>
<section aria-live="polite"><h2>入力された内容</h2><dl id="echo"></dl></section>
</main>
<script>
// Echoes every field as text, so that a test can read from the picture what arrived. A password
// is echoed as its length: its characters never become pixels.
const fields = [["name", "氏名"], ["pass", "暗証番号"], ["count", "人数"], ["day", "希望日"], ["office", "窓口"],
  ["notice", "通知の方法"], ["agree", "確認"], ["memo", "理由"], ["rich", "補足"]];
const byId = (id) => document.getElementById(id);
function valueOf(id) {
  if (id === "notice") return document.querySelector("input[name=notice]:checked")?.value ?? "";
  if (id === "agree") return byId(id).checked ? byId(id).value : "";
  if (id === "rich") return byId(id).innerText;
  if (id === "pass") return byId(id).value.length + "文字";
  return byId(id).value;
}
for (const [id, label] of fields) {
  const term = document.createElement("dt"), value = document.createElement("dd");
  term.textContent = label;
  value.id = "echo-" + id;
  byId("echo").append(term, value);
}
function echo() { for (const [id] of fields) byId("echo-" + id).textContent = valueOf(id); }
document.addEventListener("input", echo);
document.addEventListener("change", echo);
echo();
</script>
"""


def _row(number, writer, rng):
    budget = rng.between(120, 98000)
    extra = rng.between(-40, 60) * budget // 400
    rate = rng.between(0, 1000)
    spent = (budget + extra) * rate // 1000
    start, end = rng.between(1, 240), rng.between(241, 364)
    return [str(number), f"{rng.between(10, 99)}-{rng.between(100, 999)}-{rng.between(0, 9)}", writer.draw("o")["o"],
            writer.draw("agent")["agent"], writer.person_name(), writer.town(), rng.pick(["新規", "継続", "拡充", "縮小", "終了"]),
            f"{budget:,}", f"{extra:,}", f"{spent:,}", f"{rate / 10:.1f}%", _date(start), _date(end), writer.notice()]


def _date(day_of_year):
    """A date of the fiscal year in the numbering of tables, with months of 30 days: display only."""
    month = 4 + day_of_year // 31
    return f"R{8 + (month > 12)}.{(month - 1) % 12 + 1:02}.{day_of_year % 28 + 1:02}"


def table():
    """table.html: 200 rows x 14 columns under a sticky header."""
    rng = Rng("table")
    writers = prose.writers("table")
    rows = [_row(number, rng.pick(writers), rng) for number in range(1, ROWS + 1)]
    body = markup.table("令和8年度　事業別予算執行状況（単位：千円）", _COLUMNS, rows)
    return markup.page("事業別予算執行状況", _TABLE_STYLE, body)


def form():
    """form.html: every kind of field, echoed as text."""
    return markup.page("手当の申請", _FORM_STYLE, _FORM)
