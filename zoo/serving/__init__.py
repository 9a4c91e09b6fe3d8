"""Text models behind a page to play with and a JSON API; needs the extra `serve`.

service     binds, starts and ends: what `zoo serve` and a notebook use
app         the routes, and what each answers
failures    what is said of a request that cannot be carried out
messages    what the API takes and gives, with its limits
batching    one thread per model, which decodes together what waits together
guard       what every request passes first: host, origin, size, encoding
page        the files of the page, read once
"""
