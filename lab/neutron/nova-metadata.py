"""Stands in for nova-metadata-api on ctl:8775: answers what neutron-metadata-agent signed, with the instance it asked for."""
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = b"secret"  # metadata_proxy_shared_secret


class Metadata(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        instance = self.headers.get("X-Instance-ID", "")
        wanted = hmac.new(SECRET, instance.encode(), hashlib.sha256).hexdigest()
        signed = hmac.compare_digest(wanted, self.headers.get("X-Instance-ID-Signature", ""))
        if instance and signed:
            self.answer(200, {"uuid": instance, "project_id": self.headers.get("X-Tenant-ID"), "path": self.path})
        else:
            self.answer(403 if instance else 400, {"message": "The signature is wrong." if instance else "X-Instance-ID is missing."})

    def answer(self, code, document):
        body = json.dumps(document).encode() + b"\n"
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("0.0.0.0", 8775), Metadata).serve_forever()
