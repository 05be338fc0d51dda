"""Asks Neutron and Keystone as admin. As a program: api.py METHOD PATH [BODY], which prints the answer."""
import json
import os
import sys
import time
import urllib.error
import urllib.request

CONTROLLER = "10.77.0.10"
STATE = os.environ.get("STETH_NEUTRON_LAB_STATE", "/var/tmp/steth-neutron-lab")
LOGIN = {"auth": {
    "identity": {"methods": ["password"], "password": {"user": {
        "name": "admin", "domain": {"id": "default"}, "password": "keep-this-out"}}},
    "scope": {"project": {"name": "admin", "domain": {"id": "default"}}}}}


class Cloud:
    """A token, kept in the state directory, and calls with it."""

    def __init__(self):
        self._file = os.path.join(STATE, "token")
        if os.path.exists(self._file) and time.time() - os.path.getmtime(self._file) < 36000:
            with open(self._file, encoding="ascii") as file:
                self._token = file.read()
        else:
            with self._open("POST", "/v3/auth/tokens", LOGIN, {}) as answer:
                self._token = answer.headers["X-Subject-Token"]
            with open(os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
                file.write(self._token)

    def raw(self, method, path, body=None):
        """The answer's document; None when it has none."""
        with self._open(method, path, body, {"X-Auth-Token": self._token}) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def call(self, method, path, body=None):
        """What is inside the answer's only member, or the first of a list of Keystone's."""
        answer = self.raw(method, path, body)
        return next(value for name, value in answer.items() if name not in ("links", "truncated")) if answer else None

    @staticmethod
    def _open(method, path, body, headers):
        base = f"http://{CONTROLLER}:5000" if path.startswith("/v3") else f"http://{CONTROLLER}:9696/v2.0"
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(base + path, data, {"Content-Type": "application/json", **headers}, method=method)
        return urllib.request.urlopen(request, timeout=60)


def main(method, path, body=None):
    try:
        answer = Cloud().raw(method, path, json.loads(body) if body else None)
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")
    except OSError as error:
        sys.exit(f"{method} {path}: {error}")
    if answer is not None:
        print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
