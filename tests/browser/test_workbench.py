"""Running SQL: what is wrong is said where it is wrong, and nothing is lost."""

from playwright.sync_api import Route, expect

from tests.browser.conftest import Open
from tests.browser.stage import Stage
from tests.browser.test_every_page import AXE, findings
from tests.browser.workbench import canvas, cell, editor, run, write_sql


def test_an_error_is_marked_in_the_editor_and_told(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select day\nfrom departures\nwhere missing = 1")
    run(page)
    told = page.locator("#run").get_by_role("alert")
    expect(told).to_contain_text('column "missing" does not exist')
    expect(told.locator(".failure-number")).to_have_text("3")
    expect(told.locator("mark")).to_have_text("missing")
    said_in_editor = page.locator("plumb-editor").get_by_text('column "missing" does not exist')
    expect(said_in_editor.first).to_be_visible()
    expect(page.locator("plumb-mark")).to_have_attribute("position", "34")


def test_a_mark_goes_when_the_next_run_succeeds(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select missing")
    run(page)
    expect(page.locator("plumb-mark")).to_be_attached()
    editor(page).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("select 7 as seven")
    run(page)
    expect(cell(page, 1, 1)).to_have_text("7")
    expect(page.locator("plumb-mark")).to_have_count(0)


def test_a_missing_value_is_said_at_its_parameter(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select {{ year }} as year")
    expect(page.get_by_label("year", exact=True)).to_be_visible()
    run(page)
    expect(page.locator("#param-year-error")).to_be_visible()
    expect(page.get_by_label("year", exact=True)).to_have_attribute("aria-invalid", "true")


def test_a_cut_result_says_so(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select n from generate_series(1, 1000001) n")
    run(page)
    expect(page.get_by_text("This result was cut")).to_be_visible()
    expect(page.get_by_text("The query returns more than 1,000,000 rows")).to_be_visible()


def test_a_result_without_rows_says_so(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select day from departures where false")
    run(page)
    expect(page.get_by_text("No rows. The query ran and returned nothing.")).to_be_visible()


def test_a_run_keeps_the_view_that_was_chosen(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.query_id}?run={stage.good_run_id}")
    canvas(page)
    page.get_by_role("link", name="Rows", exact=True).click()
    expect(cell(page, 1, 2)).to_have_text("EWR")
    editor(page)
    run(page)
    expect(page.get_by_role("link", name="Rows", exact=True)).to_have_attribute("aria-current", "page")
    expect(cell(page, 1, 2)).to_have_text("EWR")


def test_a_second_save_of_an_old_text_is_a_question(open_page: Open, stage: Stage) -> None:
    page = open_page("/queries/2")
    editor(page)
    other = page.context.new_page()
    other.goto("/queries/2")
    write_sql(other, "-- theirs\n")
    other.keyboard.press("Control+s")
    expect(other.get_by_text("Version 2")).to_be_visible()
    write_sql(page, "-- mine\n")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Not saved: there is a newer version")).to_be_visible()
    expect(page.locator(".diff-changed del")).to_contain_text("-- theirs")
    expect(page.locator(".diff-changed ins")).to_contain_text("-- mine")
    page.get_by_role("button", name="Save mine as version 3").click()
    expect(page.get_by_text("Version 3")).to_be_visible()


def test_a_viewer_turns_the_values_and_sees_no_editor(open_page: Open, stage: Stage) -> None:
    page = open_page(f"/queries/{stage.query_id}", who="bob")
    canvas(page)
    expect(page.locator("plumb-editor")).to_have_count(0)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page.get_by_role("link", name="Rows", exact=True).click()
    page.get_by_label("least", exact=True).fill("70")
    run(page)
    expect(page.get_by_role("status").filter(has_text="Succeeded")).to_be_visible()
    expect(page.locator(".workbench-status")).to_contain_text("1 row")


def test_names_are_completed_from_the_datasource(open_page: Open) -> None:
    page = open_page("/queries/new")
    expect(page.locator(".tree-name", has_text="departures")).to_be_visible()
    editor(page).focus()
    page.keyboard.type("select d. from dep")
    listed = page.locator(".suggest-widget .monaco-list-row")
    expect(listed.first).to_contain_text("departures")
    page.keyboard.press("Tab")
    page.keyboard.type(" d")
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    for _ in range(len("select d")):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    page.keyboard.type(".ori")
    expect(listed.first).to_contain_text("origin")
    page.keyboard.press("Tab")
    expect(page.locator("textarea[name=sql]")).to_have_value("select d.origin from public.departures d")


def test_who_writes_before_the_editor_is_there_goes_on_in_it(open_page: Open) -> None:
    page = open_page("/queries")
    held: list[Route] = []
    page.route("**/assets/editor-*.js", lambda route: held.append(route))
    page.goto(page.url + "/new", wait_until="commit")
    page.get_by_label("SQL", exact=True).press_sequentially("select 7")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("plumb-editor[data-editor=ready]")).to_be_visible()
    page.keyboard.insert_text(" as seven")
    run(page)
    expect(page.get_by_role("columnheader", name="seven")).to_be_visible()
    expect(cell(page, 1, 1)).to_have_text("7")


def test_only_what_is_selected_runs(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select 'all' as a,\n(select 5) as b")
    page.keyboard.press("Control+End")
    for _ in range(len(" as b")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+Home")
    expect(page.get_by_role("button", name="Run selection")).to_be_visible()
    run(page)
    expect(cell(page, 1, 1)).to_have_text("5")
    expect(page.locator(".run-part")).to_have_text("line 2 of the text")


def test_a_statement_is_laid_out_and_explained_by_keys(open_page: Open) -> None:
    page = open_page("/queries/new")
    write_sql(page, "select day, {{ n }} as n from departures where true [[ and delay > {{ least }} ]]")
    page.keyboard.press("Shift+Alt+f")
    field = page.locator("textarea[name=sql]")
    expect(field).to_have_value(
        "select\n  day,\n  {{ n }} as n\nfrom\n  departures\nwhere\n  true\n  [[ and delay > {{ least }} ]]"
    )
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("select day from departures")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+e")
    expect(page.locator(".plan-node")).to_have_text("Seq Scan")
    page.evaluate(AXE.read_text())
    # Monaco keeps its list of names at the end of the page, beside all landmarks.
    assert findings(page, {"rules": {"region": {"enabled": False}}}) == []


def test_what_was_not_saved_comes_back_as_a_draft(open_page: Open) -> None:
    page = open_page("/queries/new", who="dana")
    with page.expect_response("**/queries/draft"):
        write_sql(page, "select {{ n }} as n")
    again = page.context.new_page()
    again.goto("/queries/new")
    expect(again.get_by_text("Your draft is back")).to_be_visible()
    editor(again)
    expect(again.locator("textarea[name=sql]")).to_have_value("select {{ n }} as n")
    expect(again.get_by_label("n", exact=True)).to_be_visible()
    again.get_by_role("button", name="Throw it away").click()
    expect(again.get_by_text("Your draft is back")).to_have_count(0)
    expect(again.locator("textarea[name=sql]")).to_have_value("")
