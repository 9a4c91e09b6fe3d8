"""The files of Multi30k: captions of pictures in three languages.

Elliott et al. 2016, https://arxiv.org/abs/1605.00459.
"""

from zoo.data.download import download
from zoo.errors import check_choice

ORIGIN = (
    "https://raw.githubusercontent.com/multi30k/dataset/"
    "a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/"
)
LANGUAGES = ("en", "de", "fr")
SPLITS = {"train": "train", "validation": "val", "test": "test_2016_flickr"}
FORMS = {
    "raw": "raw/{}.{}.gz",  # as written
    "tok": "tok/{}.lc.norm.tok.{}",  # lower-cased, normalised and tokenised
}
DIGESTS = {  # SHA-256 of each split's file, in the order of `SPLITS`
    "raw": {
        "en": (
            "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
            "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
            "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
        ),
        "de": (
            "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
            "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
            "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
        ),
        "fr": (
            "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c",
            "ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9",
            "6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90",
        ),
    },
    "tok": {
        "en": (
            "08925f8e0572bcd5a006702fc5fe20e2d77c6917d4eebd576fc20de6693c2119",
            "46573ce391ae227f1c72f873392436a20ef18e0a6d518098cfbd70b77c8572ec",
            "5b7f32627cf99eced828311b955dae9800bb52bc8b91cf8b6526829e605b29d2",
        ),
        "de": (
            "cb5a23529b65ec2061f1dc446192a9c37382b63cc75f81a0be59d34894b3a505",
            "97232bd273eceb7207f689527386a97e4be2616b18ada47576bdaf96c8ae1f00",
            "c6a33d39d48f9f510de147651316cd9d918e09ad0219df734a2f16b6baccacc4",
        ),
        "fr": (
            "8fa41bb718412bcb7c5dfa58603842810a01543eae86a51279f9886b901266e1",
            "b303e301aa21fe7822a846b2b3fb2d5a1121ec807cd5b1d006fb7b2b5507168a",
            "1463bd5960f9bfe098ec3cd752d3df0c49c84dc646fb518964a29232658cd836",
        ),
    },
}


def multi30k_file(split, language, form="raw"):
    """The path of a file with one caption per line, which is downloaded if it is missing.

    Args:
        split: "train" (29,000 lines), "validation" (1,014) or "test" (1,000, Flickr 2016).
        language: "en", "de" or "fr". The same line describes the same picture.
        form: "raw", or "tok" for lower-cased and tokenised text.

    Raises:
        UnknownName: a split, language or form that is not listed above.
        ZooError: any error of `zoo.data.download.download`.
    """
    check_choice(SPLITS, split=split)
    check_choice(LANGUAGES, language=language)
    check_choice(FORMS, form=form)
    file = FORMS[form].format(SPLITS[split], language)
    return download(
        f"multi30k/{file}", ORIGIN + file, DIGESTS[form][language][list(SPLITS).index(split)]
    )
