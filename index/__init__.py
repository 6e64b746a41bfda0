"""Finding: the collection on disk and hybrid search over its passages."""

import os

# The official builds of ONNX Runtime tell their maker what they are used for, unless this is set before they
# are loaded (its Privacy.md); nothing here is to ask anybody outside.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
