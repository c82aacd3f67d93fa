"""Writes adam.json: five steps of torch.optim.Adam in float64 with coupled weight decay.   python adam.py   (PyTorch 2.13)"""

import json
from pathlib import Path

import torch

torch.manual_seed(0)
start = torch.randn(6, dtype=torch.float64)
gradients = torch.randn(5, 6, dtype=torch.float64)
x = start.clone().requires_grad_()
optimizer = torch.optim.Adam([x], lr=3e-4, betas=(0.5, 0.999), weight_decay=1e-3)
trajectory = []
for gradient in gradients:
    x.grad = gradient.clone()
    optimizer.step()
    trajectory.append(x.detach().tolist())
Path(__file__).with_suffix(".json").write_text(json.dumps({"start": start.tolist(), "gradients": gradients.tolist(), "trajectory": trajectory}))
