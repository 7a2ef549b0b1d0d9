"""Your retriever as a command: one JSON object a line in, one a line out.

    ragdiag connect check --retriever 'cmd:python3 examples/retriever_command.py'
"""
import json
import re
import sys

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


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
for line in sys.stdin:
    r = json.loads(line)
    try:
        reply = {"hits": retrieve(r["query"], r["depth"])}
    except Exception as e:  # say what went wrong: ragdiag shows it
        reply = {"error": f"{type(e).__name__}: {e}"}
    reply["request"] = r.get("request")  # which request this answers: ragdiag holds it against the one it sent
    print(json.dumps(reply), flush=True)  # without flush, ragdiag waits for a line that never comes
