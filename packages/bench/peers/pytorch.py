"""Runs the benchmark's tasks on PyTorch; speaks the protocol of src/serve.ts."""

import json
import os
import sys
import time

import numpy
import torch
from torch.nn import functional

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def mean_of_squares(tensor):
    return (tensor * tensor).mean().item()


class Matmul:
    def __init__(self, arrays):
        self.a, self.b = arrays["a"], arrays["b"]

    def run(self):
        self.product = self.a @ self.b

    def check(self):
        return mean_of_squares(self.product)


class Convolution:
    def __init__(self, arrays, settings):
        self.x, self.w = arrays["x"].requires_grad_(), arrays["w"].requires_grad_()
        self.g, self.settings = arrays["g"], settings

    def run(self):
        self.x.grad = self.w.grad = None
        self.y = functional.conv2d(self.x, self.w, **self.settings)
        self.y.backward(self.g)

    def check(self):
        return sum(mean_of_squares(tensor.detach()) for tensor in (self.y, self.x.grad, self.w.grad))


def cnn(x, p):
    y = functional.relu(functional.conv2d(x, p["weight1"], p["bias1"]))
    y = functional.relu(functional.conv2d(y, p["weight2"], p["bias2"]))
    y = functional.max_pool2d(y, 2).flatten(1)
    y = functional.relu(functional.linear(y, p["weight3"], p["bias3"]))
    return functional.linear(y, p["weight4"], p["bias4"])


def mlp(x, p):
    layers = len(p) // 2
    for layer in range(1, layers + 1):
        x = functional.linear(x, p[f"weight{layer}"], p[f"bias{layer}"])
        if layer < layers:
            x = functional.relu(x)
    return x


def conv1d(x, p):
    y = functional.max_pool1d(functional.relu(functional.conv1d(x, p["weight1"], p["bias1"])), 4)
    y = functional.relu(functional.conv1d(y, p["weight2"], p["bias2"])).mean(2)
    return functional.linear(y, p["weight3"], p["bias3"])


def conv3d(x, p):
    y = functional.max_pool3d(functional.relu(functional.conv3d(x, p["weight1"], p["bias1"])), 2)
    y = functional.relu(functional.conv3d(y, p["weight2"], p["bias2"])).mean((2, 3, 4))
    return functional.linear(y, p["weight3"], p["bias3"])


def resnet20(x, p):
    """He et al. 2016, with shortcuts that pad channels (option A) and the statistics of the batch."""

    def normalized(x, name, stride):
        y = functional.conv2d(x, p[f"weight{name}"], stride=stride, padding=1)
        return functional.batch_norm(y, None, None, p[f"scale{name}"], p[f"shift{name}"], training=True)

    y = functional.relu(normalized(x, "0", 1))
    for stage in range(3):
        for block in range(3):
            name, stride = f"{stage}_{block}", 2 if stage > 0 and block == 0 else 1
            residual = normalized(functional.relu(normalized(y, f"{name}_0", stride)), f"{name}_1", 1)
            if stride == 2:
                side = y.shape[1] // 2
                y = functional.pad(y[:, :, ::2, ::2], (0, 0, 0, 0, side, side))
            y = functional.relu(residual + y)
    return functional.linear(y.mean((2, 3)), p["weightDense"], p["biasDense"])


def adam(parameters):
    return torch.optim.Adam(parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)


def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


class TrainingStep:
    def __init__(self, network, optimizer, arrays):
        self.network = network
        self.x, self.labels = arrays.pop("x"), arrays.pop("labels").long()
        self.parameters = {name: array.requires_grad_() for name, array in arrays.items()}
        self.optimizer = optimizer(self.parameters.values())

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(self.network(self.x, self.parameters), self.labels)
        loss.backward()
        self.optimizer.step()
        self.loss = loss.item()

    def check(self):
        return self.loss


class ForwardPass:
    def __init__(self, network, arrays):
        self.network, self.x, self.parameters = network, arrays["x"], arrays

    def run(self):
        with torch.no_grad():
            self.logits = self.network(self.x, self.parameters)

    def check(self):
        return mean_of_squares(self.logits)


BUILDERS = {
    "matmul": lambda arrays, _: Matmul(arrays),
    "convolution": Convolution,
    "cnn-step": lambda arrays, _: TrainingStep(cnn, adam, arrays),
    "cnn-forward": lambda arrays, _: ForwardPass(cnn, arrays),
    "mlp-step": lambda arrays, _: TrainingStep(mlp, adam, arrays),
    "conv1d-step": lambda arrays, _: TrainingStep(conv1d, adam, arrays),
    "conv3d-step": lambda arrays, _: TrainingStep(conv3d, adam, arrays),
    "resnet20-step": lambda arrays, _: TrainingStep(resnet20, momentum, arrays),
}


def read_arrays(file, descriptions):
    values, arrays, start = numpy.fromfile(file, dtype=numpy.float32), {}, 0
    for description in descriptions:
        size = int(numpy.prod(description["shape"]))
        part = values[start : start + size].reshape(description["shape"])
        arrays[description["name"]] = torch.from_numpy(part.copy())
        start += size
    return arrays


def version():
    """PyTorch's matrix products are only as fast as the BLAS that the system gives it, so name that, too."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    try:
        with open("/proc/self/maps") as maps:
            mapped = maps.read()
    except OSError:
        return torch.__version__
    blas = next((name for name in ("openblas", "mkl_rt", "blis", "atlas") if name in mapped), "reference BLAS")
    return f"{torch.__version__} with {blas}"


def answer(**content):
    print(json.dumps(content), flush=True)


def main():
    program = None
    answer(ready=version())
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            build = BUILDERS.get(request["prepare"])
            if build is None:
                answer(cannot="there is no program for it")
                continue
            arrays = read_arrays(request["file"], request["arrays"])
            start = time.perf_counter()
            program = build(arrays, request.get("settings"))
            answer(milliseconds=(time.perf_counter() - start) * 1000)
        elif "run" in request:
            start = time.perf_counter()
            for _ in range(request["run"]):
                program.run()
            answer(milliseconds=(time.perf_counter() - start) * 1000 / request["run"])
        else:
            answer(value=program.check())


main()
