"""Headless Chromium for the tests of pages."""

import contextlib
import os
import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextlib.contextmanager
def headless():
    """A driver of headless Chromium.

    Without Chromium the test is skipped and says how to install it; with ZOO_BROWSER=required in
    the environment it fails.
    """
    binary = next(filter(None, map(shutil.which, NAMES)), None)
    chromedriver = shutil.which("chromedriver")
    if not (binary and chromedriver):
        end = pytest.fail if os.environ.get("ZOO_BROWSER") == "required" else pytest.skip
        end("needs Chromium and its driver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(chromedriver))
    try:
        yield driver
    finally:
        driver.quit()


def resize(driver, width, dark=False):
    """Makes the window as wide as a phone or a screen, light or dark."""
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def wait(driver, condition):
    """Waits until a function without arguments gives something true."""
    WebDriverWait(driver, 60).until(lambda _: condition())


def texts(driver, selector):
    """What elements show, read in one go, as the page may replace them at any time."""
    script = "return [...document.querySelectorAll(arguments[0])].map((x) => x.innerText)"
    return driver.execute_script(script, selector)


def complaints(driver):
    """What the console says since it was last asked."""
    return [entry["message"] for entry in driver.get_log("browser")]
