"""Your retriever over HTTP: a query and a depth in, hits out, best first.

    python3 retriever_http.py 8081
    ragdiag connect check --retriever http://127.0.0.1:8081/retrieve
"""
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CORPUS = [
    {"id": "d1", "title": "Harbour office", "text": "The harbour office of Velsund opened in 1834."},
    {"id": "d2", "title": "Bakery", "text": "The bakery of Velsund sells rye bread."},
]


def retrieve(query, depth):
    """Replace this with your own search. Same query, same list; the text as it would stand in the prompt."""
    words = set(re.findall(r"\w+", query.lower()))
    scored = [(len(words & set(re.findall(r"\w+", d["text"].lower()))), d) for d in CORPUS]
    scored.sort(key=lambda x: -x[0])
    return [{**d, "score": s} for s, d in scored[:depth]]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        r = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps({"hits": retrieve(r["query"], r["depth"])}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
