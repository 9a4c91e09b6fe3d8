"""The pages about the project: what is new, how to contribute, how to cite."""

import re

import yaml
from markup import fence


def project_pages(repository):
    """The pages by name, as Markdown.

    Args:
        repository: path of the folder with CHANGELOG.md, CONTRIBUTING.md and CITATION.cff.
    """
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    contributing = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    citation = yaml.safe_load((repository / "CITATION.cff").read_text(encoding="utf-8"))
    return {
        "changelog": changelog,
        "contributing": re.sub(r"\]\(docs/", "](../", contributing),
        "citing": citing(citation),
    }


def citing(citation):
    """The page on how to cite.

    Args:
        citation: content of CITATION.cff.
    """
    authors = " and ".join(f"{{{author['name']}}}" for author in citation["authors"])
    entry = {
        "author": authors,
        "title": citation["title"],
        "version": citation["version"],
        "url": citation["repository-code"],
        "note": "commit COMMIT",
    }
    fields = ",\n".join(f"  {key} = {{{value}}}" for key, value in entry.items())
    return "\n\n".join(
        [
            "# How to cite",
            "Cite the paper of the variant that you used: each [model's page](models/index.md) "
            "names and links it. Cite the zoo for its code or its numbers, with the commit that "
            "the row names in place of COMMIT:",
            fence("bibtex", f"@software{{seq2seq_zoo,\n{fields}\n}}"),
            "`CITATION.cff` in the repository says the same to tools that read it.",
        ]
    )
