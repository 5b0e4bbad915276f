"""Questions are personal: importing this keeps every library from reporting them, whatever is set outside."""

from __future__ import annotations

import os

for _name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "ANONYMIZED_TELEMETRY"):
    os.environ[_name] = "false"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime 1.32 else reports each model that is opened to its maker
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
