"""Your generator over HTTP: ragdiag asks, you answer from the contexts given.

    python3 generator_http.py 8080
    ragdiag connect check --generator http://127.0.0.1:8080/answer
"""
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def answer(question, contexts, history, seed):
    """Replace this with your own system. Use these contexts, in this order, and nothing else."""
    words = set(re.findall(r"\w+", question.lower()))
    sentences = [s for c in contexts for s in re.split(r"(?<=[.!?])\s+", c["text"])]
    best = max(sentences, key=lambda s: len(words & set(re.findall(r"\w+", s.lower()))), default="")
    return best or "I cannot answer this from the given context."


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        r = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            reply = {"id": r["id"], "answer": answer(r["question"], r["contexts"], r.get("history", []), r.get("seed"))}
        except Exception as e:  # say what went wrong: ragdiag shows it
            reply = {"error": f"{type(e).__name__}: {e}"}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
