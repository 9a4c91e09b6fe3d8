"""The page in headless Chromium: it types, points, compares, and works by keyboard."""

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser import complaints, headless, resize, texts, wait
from tests.serving.stub import Stub
from zoo.serving.service import start


class Copier(Stub):
    """Writes its source as it is, and then as `Stub` does."""

    def generate(self, texts, decoding):
        found = super().generate(texts, decoding)
        return [[(text, 0.0), *best][: max(len(best), 1)] for text, best in zip(texts, found)]


@pytest.fixture(scope="module")
def driver():
    with headless() as driver:
        yield driver


@pytest.fixture(scope="module")
def service():
    models = {"attentive": Stub(), "copier": Copier(attentive=False)}
    with start(models) as service:
        yield service


@pytest.fixture
def page(driver, service):
    """The page, freshly opened at desktop width; it must not complain in the console."""
    complaints(driver)
    resize(driver, 1200)
    driver.get(service.address)
    wait(driver, lambda: len(driver.find_elements(By.CSS_SELECTOR, ".card")) == 2)
    yield driver
    assert [line for line in complaints(driver) if "422 (Unproc" not in line] == []


def write(driver, text):
    """Types a text and waits for the attention of the first model's output."""
    box = driver.find_element(By.ID, "text")
    box.clear()
    box.send_keys(text)
    wanted = [*text.split()[::-1], "end"]
    wait(driver, lambda: texts(driver, ".target .token") == wanted)


def looked(driver):
    return texts(driver, ".looked")[0]


def test_typing_shows_the_outputs_of_every_model(page):
    write(page, "a b c")
    assert texts(page, ".source .token") == ["a", "b", "c", "end"]
    assert texts(page, ".card:nth-child(1) .output") == ["c b a", "b a", "a", "(empty)"]
    assert texts(page, ".card:nth-child(1) .score")[1] == "−1.000"
    assert texts(page, ".card:nth-child(2) .plain") == ["a b c"]
    assert texts(page, ".card:nth-child(2) .looked") == ["This model has no attention."]


def test_pointing_at_an_output_token_shades_the_source(page):
    write(page, "a b c")
    token = page.find_element(By.CSS_SELECTOR, ".target .token")
    ActionChains(page).move_to_element(token).perform()
    wait(page, lambda: looked(page).startswith("c looks at c 93 %, "))
    assert texts(page, ".source .token.strong") == ["c"]
    ActionChains(page).move_to_element(page.find_element(By.TAG_NAME, "h1")).perform()
    wait(page, lambda: looked(page) == "Point at or tap a token to see its attention.")
    assert not texts(page, ".token.strong")


def test_pointing_at_a_source_token_shades_the_output(page):
    write(page, "a b c")
    token = page.find_element(By.CSS_SELECTOR, ".source .token")
    ActionChains(page).move_to_element(token).perform()
    wait(page, lambda: looked(page).startswith("a is seen by "))
    assert "a" in texts(page, ".target .token.strong")


def test_the_keyboard_alone(page):
    page.find_element(By.ID, "text").send_keys("a b", Keys.ENTER)
    wait(page, lambda: texts(page, ".target .token") == ["b", "a", "end"])
    for _ in range(9):
        page.switch_to.active_element.send_keys(Keys.TAB)
        if "token" in page.switch_to.active_element.get_attribute("class"):
            break
    assert looked(page).startswith("b looks at b")
    page.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert looked(page).startswith("a looks at a")
    page.switch_to.active_element.send_keys(Keys.END)
    assert looked(page).startswith("end looks at")


def test_models_are_compared(page):
    write(page, "a b c")
    wait(page, lambda: texts(page, "#summary") == ["2 models, 2 different outputs."])
    also = texts(page, ".card:nth-child(1) .also")
    assert also[0] == "also no. 2 of copier"
    write(page, "a")
    wait(page, lambda: texts(page, "#summary") == ["Both models agree."])
    page.find_element(By.CSS_SELECTOR, "#chosen label:nth-of-type(2) input").click()
    assert not page.find_element(By.CSS_SELECTOR, ".card:nth-child(2)").is_displayed()


def test_another_output_is_aligned_when_it_is_chosen(page):
    write(page, "a b c")
    page.find_element(By.CSS_SELECTOR, ".best li:nth-child(2) button").click()
    wait(page, lambda: texts(page, ".target .token") == ["b", "a", "end"])
    Select(page.find_element(By.ID, "beam")).select_by_value("1")
    wait(page, lambda: texts(page, ".card:nth-child(1) .output") == ["c b a"])


def test_a_mistake_is_told_in_the_card(page):
    page.find_element(By.ID, "text").send_keys("a q")
    wanted = ["'q' is not in the vocabulary of attentive", "'q' is not in the vocabulary of copier"]
    wait(page, lambda: texts(page, ".problem") == wanted)


def test_the_api_is_described_and_tried(driver, service):
    driver.get(f"{service.address}/docs")
    wait(driver, lambda: len(driver.find_elements(By.CSS_SELECTOR, ".api section")) == 5)
    button = driver.find_element(By.CSS_SELECTOR, "[aria-label='Send POST /api/generate']")
    driver.execute_script("arguments[0].click()", button)
    wait(driver, lambda: any(text.startswith("200\n") for text in texts(driver, ".api pre")))


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("width", [390, 1200])
def test_nothing_is_wider_than_the_window(page, service, path, width):
    resize(page, width)
    page.get(service.address + path)
    wait(page, lambda: page.find_elements(By.CSS_SELECTOR, ".card, .api section"))
    if path == "/":
        write(page, "a b c d e")
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
