"""The papers whose claims are measured."""

from benchmarks.claims.verdict import Paper

ARXIV = "https://arxiv.org/abs/"

BAHDANAU = Paper("Bahdanau et al. 2015", f"{ARXIV}1409.0473")
CHO = Paper("Cho et al. 2014", f"{ARXIV}1406.1078")
GAO = Paper("Gao et al. 2022", f"{ARXIV}2210.11807")
KOEHN = Paper("Koehn and Knowles 2017", f"{ARXIV}1706.03872")
LEWIS = Paper("Lewis et al. 2020", f"{ARXIV}1910.13461")
LUONG = Paper("Luong et al. 2015", f"{ARXIV}1508.04025")
RAFFEL = Paper("Raffel et al. 2020", f"{ARXIV}1910.10683")
SHAW = Paper("Shaw et al. 2018", f"{ARXIV}1803.02155")
SUTSKEVER = Paper("Sutskever et al. 2014", f"{ARXIV}1409.3215")
VASWANI = Paper("Vaswani et al. 2017", f"{ARXIV}1706.03762")
WANG = Paper("Wang et al. 2019", f"{ARXIV}1909.02279")
WU = Paper("Wu et al. 2016", f"{ARXIV}1609.08144")
ZOO = Paper("this zoo", "https://github.com/seq2seq-zoo/seq2seq-zoo")
