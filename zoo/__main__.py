"""`python -m zoo` is `zoo`."""

import sys

from zoo.cli.main import main

sys.exit(main())
