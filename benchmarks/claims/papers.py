"""The papers whose claims are measured."""

from benchmarks.claims.verdict import Source

ARXIV = "https://arxiv.org/abs/"

BAHDANAU = Source("Bahdanau et al. 2015", f"{ARXIV}1409.0473")
CHO = Source("Cho et al. 2014", f"{ARXIV}1406.1078")
GAO = Source("Gao et al. 2022", f"{ARXIV}2210.11807")
KOEHN = Source("Koehn and Knowles 2017", f"{ARXIV}1706.03872")
LEWIS = Source("Lewis et al. 2020", f"{ARXIV}1910.13461")
LUONG = Source("Luong et al. 2015", f"{ARXIV}1508.04025")
PRESS = Source("Press et al. 2022", f"{ARXIV}2108.12409")
RAFFEL = Source("Raffel et al. 2020", f"{ARXIV}1910.10683")
SHAW = Source("Shaw et al. 2018", f"{ARXIV}1803.02155")
SUTSKEVER = Source("Sutskever et al. 2014", f"{ARXIV}1409.3215")
VASWANI = Source("Vaswani et al. 2017", f"{ARXIV}1706.03762")
WANG = Source("Wang et al. 2019", f"{ARXIV}1909.02279")
WU = Source("Wu et al. 2016", f"{ARXIV}1609.08144")
ZOO = Source("this zoo", "https://github.com/seq2seq-zoo/seq2seq-zoo")
