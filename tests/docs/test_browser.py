"""The site in headless Chromium: pages load without complaint, and what can be used works."""

import functools
import http.server
import threading

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium_axe_python import Axe

from tests.browser import complaints, headless, resize, texts, wait

PAGES = (
    "index.html",
    "generated/models/bilstm_luong.html",
    "generated/results/explorer.html",
    "generated/results/quick/index.html",
    "generated/examples.html",
    "generated/gallery.html",
    "generated/choosing.html",
    "generated/commands.html",
    "generated/recipe_fields.html",
    "guide.html",
    "paper_to_code.html",
    "api.html",
)


# The first twelve of neighbours that are alike: the checker takes a minute over a page of hundreds.
THIN = """
document.querySelectorAll("*").forEach((parent) => {
  const seen = {};
  [...parent.children].forEach((child) => {
    const kind = `${child.tagName} ${child.getAttribute("class")}`;
    seen[kind] = (seen[kind] ?? 0) + 1;
    if (seen[kind] > 12) child.remove();
  });
});
"""


@pytest.fixture(scope="module")
def driver():
    with headless() as driver:
        driver.set_script_timeout(120)  # axe takes its time over a large page on a busy machine
        yield driver


def opened(driver, site, page):
    """Opens a page of the site, from its file."""
    complaints(driver)
    driver.get((site / page).as_uri())
    return driver


def faults(driver):
    """What is wrong with a page: too wide for the window, things fetched, complaints."""
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    fetched = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    found = [name for name in driver.execute_script(fetched) if name.startswith("http")]
    too_wide = ["wider than the window"] if driver.execute_script(wide) > 0 else []
    return found + too_wide + complaints(driver)


def test_every_page_fits_a_phone_and_does_not_complain(driver, site):
    resize(driver, 390)
    pages = sorted(path.relative_to(site) for path in site.rglob("*.html"))
    listings = [page for page in pages if "_modules" in page.parts]
    pages = [page for page in pages if page not in listings[1:]]  # of code: all are made alike
    found = {str(page): faults(opened(driver, site, page)) for page in pages}
    assert len(pages) > 60
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_screen_and_is_accessible(driver, site, page):
    resize(driver, 1280)
    assert faults(opened(driver, site, page)) == []
    driver.execute_script(THIN)
    axe = Axe(driver)
    axe.inject()
    for dark in (False, True):
        resize(driver, 1280, dark)
        rules = ", runOnly: ['color-contrast']" if dark else ""  # alone depends on colours
        found = axe.run(options=f"{{preload: false{rules}}}")["violations"]  # it fetches nothing
        assert not found, [(x["id"], [n["html"][:200] for n in x["nodes"][:4]]) for x in found]
    resize(driver, 1280)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture
def served(site):
    """The address of the site on a server of this process."""
    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_search_finds_a_variant(driver, served):
    resize(driver, 1280)
    driver.get(f"{served}/index.html")
    driver.find_element(By.CSS_SELECTOR, "input.sidebar-search").send_keys("luong", Keys.ENTER)
    selector = "#search-results li a[href*='generated/models/bilstm_luong.html']"
    wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, selector))


@pytest.mark.parametrize("page", ["index.html", "paper_to_code.html"])
def test_a_page_is_left_by_keyboard(driver, site, page):
    resize(driver, 1280)
    opened(driver, site, page)
    focused = "return document.activeElement.getAttribute('href')"
    for _ in range(60):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        if (driver.execute_script(focused) or "").endswith("guide.html"):
            break
    ActionChains(driver).send_keys(Keys.ENTER).perform()
    wait(driver, lambda: driver.current_url.endswith("guide.html"))


def rows(driver):
    """The lines of the explorer's table that are shown."""
    return texts(driver, "#rows tbody tr")


def test_the_explorer_searches_sorts_and_keeps_its_address(driver, site):
    resize(driver, 1280)
    opened(driver, site, "generated/results/explorer.html")
    wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "input[type=search]"))
    everything = rows(driver)
    driver.find_element(By.CSS_SELECTOR, "input[type=search]").send_keys("quick reverse t5")
    wait(driver, lambda: len(rows(driver)) == 3 < len(everything))
    assert all("t5_mini" in line and "reverse" in line for line in rows(driver))
    [header] = [
        x
        for x in driver.find_elements(By.CSS_SELECTOR, "th")
        if x.text.strip() == "Score" and x.is_displayed()
    ]
    header.click()
    wait(driver, lambda: rows(driver) == sorted(rows(driver), key=score))
    address = driver.current_url
    assert "search=quick+reverse+t5" in address
    driver.get("about:blank")
    driver.get(address)
    wait(driver, lambda: len(rows(driver)) == 3)


# Goes to a heading, and notes when the page's own listeners have heard of it.
HEADING = """
window.addEventListener("hashchange", () => { window.left = true; });
location.hash = "learning-curves";
"""


def test_the_explorer_filters_by_menus_and_keeps_the_view(driver, site):
    resize(driver, 1280)
    page = site / "generated/results/explorer.html"
    driver.get("about:blank")
    driver.get(f"{page.as_uri()}#Suite=quick&Task=g2p&order=Score.desc")
    wait(driver, lambda: len(rows(driver)) == 12)
    assert all(line.startswith("quick") and "\tg2p\t" in line for line in rows(driver))
    assert rows(driver) == sorted(rows(driver), key=score, reverse=True)
    menu = Select(driver.find_element(By.NAME, "Family"))
    menu.select_by_visible_text("t5")
    wait(driver, lambda: len(rows(driver)) == 3)
    assert "Family=t5" in driver.current_url
    address = driver.current_url
    driver.get("about:blank")
    driver.get(f"{address}&columns=Suite,Score")
    wait(driver, lambda: [len(line.split("\t")) for line in rows(driver)] == [2] * 3)
    driver.execute_script("location.hash = 'search=transformer_mini.reverse.s1&Suite=quick'")
    wait(driver, lambda: len(rows(driver)) == 1)
    driver.execute_script(HEADING)
    wait(driver, lambda: driver.execute_script("return window.left"))
    assert len(rows(driver)) == 1 and driver.current_url.endswith("#learning-curves")


def score(line):
    """The score in a line of the table."""
    return float(line.split("\t")[3])


def test_the_explorer_draws(driver, site):
    opened(driver, site, "generated/results/explorer.html")
    for name in ("trade-offs", "curves", "lengths"):
        wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, f"#{name} svg path"))
    dot = driver.find_element(By.CSS_SELECTOR, "#trade-offs svg .mark-symbol.role-mark path")
    driver.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", dot
    )
    ActionChains(driver).move_to_element(dot).click().perform()  # leads to its row
    wait(driver, lambda: len(rows(driver)) == 1)


def test_an_example_shows_where_its_output_looks(driver, site):
    resize(driver, 1280)
    opened(driver, site, "generated/examples.html")
    selector = ".example .target button"
    wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, selector))
    ActionChains(driver).move_to_element(
        driver.find_elements(By.CSS_SELECTOR, selector)[0]
    ).perform()
    wait(driver, lambda: " looks at " in texts(driver, ".example .looked")[0])


def test_a_diagram_is_dark_on_a_dark_page(driver, site):
    resize(driver, 1280, dark=True)
    opened(driver, site, "generated/models/bilstm_luong.html")
    script = "return getComputedStyle(document.querySelector('article img')).filter"
    assert "invert" in driver.execute_script(script)
    resize(driver, 1280)
