"""The baseline behind HTTP: LangChain's quick start on /v1/ask, a Gradio page of one box on /."""

from __future__ import annotations

import sys
import threading

import gradio as gr
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from corpus.library import load_library
from eval.baselines import QuickStartBaseline
from eval.types import Case
from index import make_embedder


class Ask(BaseModel):
    question: str


def main() -> None:
    baseline = QuickStartBaseline(make_embedder(), load_library())
    one_at_a_time = threading.Lock()  # Chroma in memory is not asked by several threads
    app = FastAPI()

    @app.post("/v1/ask")
    def ask(body: Ask) -> dict[str, object]:
        case = Case.model_construct(id="q", question=body.question)
        with one_at_a_time:
            return baseline.predict(case).model_dump()

    with gr.Blocks() as page:
        gr.Textbox(elem_id="question")
    site = gr.mount_gradio_app(app, page, path="/", ssr_mode=False, enable_monitoring=False)
    uvicorn.run(site, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")


if __name__ == "__main__":
    main()
