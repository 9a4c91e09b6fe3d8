"""A hub of its own on this machine: it takes uploads, and gives the files back."""

import base64
import contextlib
import hashlib
import http.server
import json
import threading


class Repositories(dict):
    """name -> file -> bytes, and the names of those that were made private."""

    def __init__(self):
        super().__init__()
        self.private = set()


def hidden(asked):
    """Whether a request for a new repository, as earlier or later clients write it, hides it."""
    return asked.get("private") or asked.get("visibility") == "private"


@contextlib.contextmanager
def stand_in_hub(monkeypatch, tmp_path, token="hf_test"):
    """Serves repositories from memory, and points the hub's client to it.

    Yields:
        The repositories: name -> file -> bytes. Their attribute `private` has the names of those
        that were made private.
    """
    from huggingface_hub import constants

    repositories = Repositories()

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *words):
            pass

        def answer(self, value=b"", status=200, **headers):
            body = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            for key, text in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key.replace("_", "-"), text)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path == "/api/validate-yaml":
                return self.answer({"warnings": [], "errors": []})
            if self.headers.get("Authorization") != f"Bearer {token}":
                return self.answer({"error": "Unauthorized"}, 401)
            if self.path == "/api/repos/create":
                asked = json.loads(body)
                name = f"{asked.get('organization', 'me')}/{asked['name']}"
                if name not in repositories and hidden(asked):
                    repositories.private.add(name)
                repositories.setdefault(name, {})
                return self.answer({"url": f"{constants.ENDPOINT}/{name}", "name": name})
            name = "/".join(self.path.split("/")[3:5])
            if "/preupload/" in self.path:
                files = json.loads(body)["files"]
                modes = {"uploadMode": "regular", "shouldIgnore": False}
                return self.answer({"files": [{"path": f["path"], **modes} for f in files]})
            for line in map(json.loads, body.decode().splitlines()):
                if line["key"] == "deletedFile":
                    del repositories[name][line["value"]["path"]]
                if line["key"] == "file":
                    value = line["value"]
                    repositories[name][value["path"]] = base64.b64decode(value["content"])
            url = f"{constants.ENDPOINT}/{name}/commit/{SHA}"
            return self.answer({"success": True, "commitOid": SHA, "commitUrl": url})

        def do_GET(self):
            parts = self.path.split("?")[0].strip("/").split("/")
            if parts[:2] == ["api", "models"]:
                name = "/".join(parts[2:4])
                files = repositories.get(name)
                if files is None:
                    return self.answer({"error": "x"}, 404, X_Error_Code="RepoNotFound")
                if "/tree/" in self.path:
                    sizes = {path: len(data) for path, data in files.items()}
                    return self.answer(
                        [
                            {"type": "file", "path": path, "size": size, "oid": SHA}
                            for path, size in sizes.items()
                        ]
                    )
                listed = [{"rfilename": path} for path in files]
                return self.answer({"id": name, "sha": SHA, "siblings": listed})
            data = repositories.get("/".join(parts[:2]), {}).get("/".join(parts[4:]))
            if data is None:  # the hub's client may ask for more than files
                return self.answer({"error": "x"}, 404)
            etag = f'"{hashlib.sha256(data).hexdigest()}"'
            return self.answer(data, ETag=etag, X_Repo_Commit=SHA)

        do_HEAD = do_GET

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    try:
        yield repositories
    finally:
        server.shutdown()
        server.server_close()


SHA = "0123456789abcdef0123456789abcdef01234567"
