"""The site in headless Chromium: pages load without complaint, and what can be used works."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from tests.browser import complaints, headless, resize, texts, wait

PAGES = (
    "index.html",
    "generated/models/bilstm_luong.html",
    "generated/results/explorer.html",
    "generated/results/quick/index.html",
    "generated/examples.html",
    "generated/commands.html",
    "generated/recipe_fields.html",
)


@pytest.fixture(scope="module")
def driver():
    with headless() as driver:
        yield driver


def opened(driver, site, page):
    """Opens a page of the site, from its file."""
    complaints(driver)
    driver.get((site / page).as_uri())
    return driver


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_and_does_not_complain(driver, site, page, width):
    resize(driver, width)
    opened(driver, site, page)
    script = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert driver.execute_script(script) <= 0
    fetched = "return performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert [name for name in driver.execute_script(fetched) if name.startswith("http")] == []
    assert complaints(driver) == []


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


def score(line):
    """The score in a line of the table."""
    return float(line.split("\t")[3])


def test_the_explorer_draws(driver, site):
    opened(driver, site, "generated/results/explorer.html")
    for name in ("trade-offs", "curves", "lengths"):
        wait(driver, lambda: driver.find_elements(By.CSS_SELECTOR, f"#{name} svg path"))


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
