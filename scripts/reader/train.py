"""Trains a joint reader: `python -m scripts.reader.train BUNDLE OUT.safetensors --groups N`.

The same on a CPU and a GPU. A run that was stopped goes on from its checkpoint beside OUT. `--minutes` bounds
the time: the schedule then runs to its end within it. Beside OUT a `.json` tells how it was made.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from chatbot.reading.joint_input import plain_tokenizer
from chatbot.reading.joint_network import FROZEN, JointNetwork
from scripts.reader.batches import Batches, collated, encoded
from scripts.reader.groups import Maker
from scripts.reader.losses import judged, loss, taught

CHECKPOINT = 120
"""Seconds between two checkpoints."""


def started(folder: Path, layers: int) -> JointNetwork:
    """A network that begins as the packaged model."""
    state = {name: value.float() for name, value in load_file(folder / "base.safetensors").items()}
    state["embeddings.word_embeddings.weight"] = state.pop("words.int8") * state.pop("words.scale")
    network = JointNetwork(layers)
    network.load_base(state)
    return network


def stored(network: JointNetwork) -> dict[str, Any]:
    return {
        name: value.half().contiguous().cpu()
        for name, value in network.state_dict().items()
        if name != FROZEN
    }


def restored(folder: Path, file: Path) -> JointNetwork:
    """A trained network, with the word embeddings of the bundle."""
    state = {name: value.float() for name, value in load_file(file).items()}
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    network = started(folder, layers)
    network.load_state_dict(state, strict=False)
    return network


def optimizer(network: JointNetwork, rate: float, device: str) -> torch.optim.Optimizer:
    network.words.weight.requires_grad_(False)
    parts: dict[tuple[bool, bool], list[Any]] = {}
    for name, value in network.named_parameters():
        if value.requires_grad:
            head = name.startswith(("attention", "sentence", "null", "span"))
            parts.setdefault((head, value.ndim > 1), []).append(value)
    groups = [
        {
            "params": values,
            "peak": rate * (3 if head else 1),
            "lr": 0.0,
            "weight_decay": 0.01 if decays else 0.0,
        }
        for (head, decays), values in parts.items()
    ]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=device == "cuda")


def rate_at(progress: float) -> float:
    """Share of the peak rate: up over the first 4%, then down to nothing."""
    return min(progress / 0.04, (1 - progress) / 0.96) if progress < 1 else 0.0


def moved(given: dict[str, Any], device: str) -> dict[str, Any]:
    there = {name: value.to(device, non_blocking=True) for name, value in given.items()}
    for name in ("pieces", "mask", "segments", "sentence"):
        there[name] = there[name].long()
    return there


def train(args: argparse.Namespace) -> JointNetwork:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(args.seed)
    torch.backends.cuda.matmul.allow_tf32 = True
    network = restored(args.bundle, args.start) if args.start else started(args.bundle, args.layers)
    network.to(device).train()
    teachers = [restored(args.bundle, file).to(device).eval() for file in args.teachers]
    steps = optimizer(network, args.rate, device)
    batches = Batches(args.bundle, args.seed, args.pieces, args.leave_out)
    loader = torch.utils.data.DataLoader(
        batches,
        batch_size=None,
        num_workers=args.workers,
        pin_memory=device == "cuda",
        prefetch_factor=6 if args.workers else None,
    )
    checkpoint = args.out.with_suffix(".checkpoint")
    done, spent, losses = 0, 0.0, []
    if checkpoint.is_file():
        saved = torch.load(checkpoint, map_location=device)
        network.load_state_dict(saved["network"])
        steps.load_state_dict(saved["steps"])
        done, spent = saved["done"], saved["spent"]
        batches.seed += 7919 * (1 + done)  # other rows than those before it was stopped
        print(f"goes on from {done:,} questions", flush=True)
    begun = last = time.time()
    for step, given in enumerate(loader, start=1):
        now = time.time()
        elapsed = spent + now - begun
        progress = max(done / args.groups, elapsed / (60 * args.minutes) if args.minutes else 0.0)
        if progress >= 1:
            break
        for group in steps.param_groups:
            group["lr"] = group["peak"] * rate_at(max(progress, 1e-4))
        given = moved(given, device)
        with torch.autocast(device, dtype=torch.bfloat16):
            student = judged(network, given)
            if teachers:
                with torch.no_grad():
                    told = [judged(teacher, given) for teacher in teachers]
        total = loss(*student, given)
        if teachers:
            total = 0.3 * total + taught(student, told, given)
        steps.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_([value for value in network.parameters() if value.requires_grad], 1.0)
        steps.step()
        done += int(given["group"][-1]) + 1
        losses.append(total.detach())
        if step % args.every == 0:
            mean = torch.stack(losses[-args.every :]).mean().item()
            rate = done / max(spent + time.time() - begun, 1e-9)
            print(
                f"{elapsed:6.0f} s, step {step}, {done:,} questions, {rate:,.0f} a second, loss {mean:.4f}",
                flush=True,
            )
        if now - last > CHECKPOINT and not args.minutes:
            last = now
            torch.save(
                {
                    "network": network.state_dict(),
                    "steps": steps.state_dict(),
                    "done": done,
                    "spent": elapsed,
                },
                checkpoint,
            )
    network.eval()
    save_file(stored(network), args.out)
    about = {
        "questions": done,
        "seconds": round(spent + time.time() - begun),
        "device": device,
        "seed": args.seed,
        "rate": args.rate,
        "layers": len(network.layers),
        "pieces": args.pieces,
        "left_out": args.leave_out,
        "teachers": [file.name for file in args.teachers],
        "figures": figures(network, args, device),
    }
    args.out.with_suffix(".json").write_text(json.dumps(about, indent=1))
    print(json.dumps(about), flush=True)
    checkpoint.unlink(missing_ok=True)
    return network


@torch.no_grad()
def figures(network: JointNetwork, args: argparse.Namespace, device: str) -> dict[str, Any]:
    """On held-out rows: how often the best sentence of all passages is right, and how well the best margin
    tells answered questions from made near misses, by kind of near miss and source."""
    maker = Maker(Batches(args.bundle, 0, 1).corpus, 5, held=True, leave_out=args.leave_out)
    pieces = plain_tokenizer(args.bundle)
    rows = maker.random.sample(maker.rows, min(args.held, len(maker.rows)))
    groups = [
        (row.source, one) for row in rows for group in maker.groups(row) if (one := encoded(pieces, group))
    ]
    groups.sort(key=lambda pair: pair[1].longest)
    best: dict[str, list[float]] = {}
    first: dict[str, list[bool]] = {}
    margins: list[tuple[str, str, float, bool]] = []
    for start in range(0, len(groups), 32):
        part = groups[start : start + 32]
        given = moved(collated([one for _, one in part]), device)
        with torch.autocast(device, dtype=torch.bfloat16):
            scores, null, _, _ = judged(network, given)
        margin = (scores - null[:, None]).cpu().numpy()
        answers, place = given["answers"].cpu().numpy(), given["group"].cpu().numpy()
        for i, (source, one) in enumerate(part):
            own = margin[place == i]
            at = np.unravel_index(own.argmax(), own.shape)
            right = bool(answers[place == i][at])
            best.setdefault(one.kind, []).append(float(own.max()))
            margins.append((source, one.kind, float(own.max()), right))
            if one.kind == "answered":
                first.setdefault(source, []).append(right)
    told: dict[str, Any] = {"n": len(groups)}
    every = [value for values in first.values() for value in values]
    told["first right"] = round(float(np.mean(every)), 4) if every else None
    told["first right by source"] = {
        name: [round(float(np.mean(v)), 3), len(v)] for name, v in sorted(first.items())
    }
    told["AUROC"] = {
        kind: [round(auroc(best.get("answered", []), values), 4), len(values)]
        for kind, values in sorted(best.items())
        if kind != "answered"
    }
    if args.margins:
        args.out.with_suffix(".margins.json").write_text(json.dumps(margins))
    return told


def auroc(positive: list[float], negative: list[float]) -> float:
    above, below = np.array(positive)[:, None], np.array(negative)[None]
    return float((above > below).mean() + 0.5 * (above == below).mean()) if above.size and below.size else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.reader.train", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--groups", type=int, default=400_000, help="questions to train on, near misses among them"
    )
    parser.add_argument("--minutes", type=float, default=0.0, help="train no longer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--pieces", type=int, default=16_384, help="word pieces of a batch")
    parser.add_argument("--workers", type=int, default=2, help="processes that make batches")
    parser.add_argument("--start", type=Path, help="weights to begin from")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="weights to be taught by")
    parser.add_argument("--leave-out", default="", help="a family of sources, see rows.py")
    parser.add_argument("--held", type=int, default=2500, help="held-out rows for the figures")
    parser.add_argument("--margins", action="store_true", help="keep the margins of the held-out questions")
    parser.add_argument("--every", type=int, default=100, help="steps between two lines")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
