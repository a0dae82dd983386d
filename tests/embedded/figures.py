# SPDX-License-Identifier: BSL-1.0
"""Measures the programs for the board and holds the figures against figures.tsv: figures.py BUILD [--update]"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BASELINES = HERE / "figures.tsv"
SLACK = 1.03

QEMU = ["qemu-system-arm", "-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "null",
        "-semihosting-config", "enable=on,target=native", "-icount", "shift=8,sleep=off", "-kernel"]


def output(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        sys.exit(f"FAIL figures: {words[0]} ended with status {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr  # what the board prints is on stderr


def sections(program):
    """Bytes by section."""
    rows = re.findall(r"^(\.\S+)\s+(\d+)\s+\d+$", output("arm-none-eabi-size", "-A", program), re.MULTILINE)
    return {name: int(size) for name, size in rows}


def flash(program):
    found = sections(program)
    return found[".text"] + found[".data"] + found.get(".ARM.exidx", 0) + found.get(".ARM.extab", 0)


def memory(program, stack):
    """Bytes of variables, and of the stack as far as it was ever used."""
    found = sections(program)
    return found[".data"] + found[".bss"] + stack


def symbols(program):
    """Bytes by name of what lies in flash, the largest first."""
    rows = re.findall(r"^[0-9a-f]+ ([0-9a-f]+) ([a-zA-Z]) (.*)$",
                      output("arm-none-eabi-nm", "-SC", "--size-sort", "-r", program), re.MULTILINE)
    return [(name, int(size, 16)) for size, kind, name in rows if kind not in "bBdD"]


def driver_memory(program):
    """Bytes of the network: the transport with its frame, the controller, the table of neighbours."""
    rows = re.findall(r"^[0-9a-f]+ ([0-9a-f]+) [bB] firmware::(ethernet|controller)$",
                      output("arm-none-eabi-nm", "-SC", program), re.MULTILINE)
    return sum(int(size, 16) for size, _ in rows)


def counts(program):
    """What a program prints, the same each time: {name: value}."""
    first, again = (output(*QEMU, program) for _ in range(2))
    if first != again:
        sys.exit(f"FAIL figures: another run, other figures:\n{first}{again}")
    return {name: int(value) for name, value in re.findall(r"^(.+)\t(\d+)$", first, re.MULTILINE)}


def measured(build):
    counted, of_digest = counts(build / "figures.elf"), counts(build / "figures_guarded.elf")
    whole, large = build / "example" / "registrar.elf", build / "registrar_1000.elf"
    stack = counted.pop("stack")
    figures = {
        "flash of the image": flash(whole),
        "flash of the registrar": flash(whole) - flash(build / "without_registrar.elf"),
        "memory for 32 bindings": memory(whole, stack) - driver_memory(whole),
        "memory for 1,000 bindings": memory(large, stack) - driver_memory(large),
        "memory of the network": driver_memory(whole),
        "stack": stack,
    }
    guarded, open_to_all = build / "registrar_guarded.elf", build / "registrar_brisk.elf"
    figures["flash of digest access"] = flash(guarded) - flash(open_to_all)
    figures["memory of digest access"] = memory(guarded, 0) - memory(open_to_all, 0)
    figures["stack with digest access"] = of_digest.pop("stack with digest access")
    for part in ("storage", "registrar", "working memory", "message"):
        figures[f"memory, {part}"] = counted.pop(part)
    return figures | {f"instructions, {name}": value for name, value in (counted | of_digest).items()}


def judge(now, before):
    """Prints a line for each figure; returns whether one is too large."""
    failed = False
    for name, value in now.items():
        if name not in before:
            verdict = f"FAIL {name} {value}: no baseline"
        else:
            change = 100 * (value / before[name] - 1)
            word = "FAIL" if value > before[name] * SLACK else "PASS"
            hint = ", time for --update" if value < before[name] / SLACK else ""
            verdict = f"{word} {name} {value} ({change:+.1f} % of {before[name]}){hint}"
        failed = failed or verdict.startswith("FAIL")
        print(verdict)
    return failed


def faults_in_readme(before):
    """The figures that README.md rounds otherwise than they are."""
    text = (HERE.parents[1] / "README.md").read_text()
    for name in ("flash of the registrar", "flash of the whole image", "memory for 32 bindings",
                 "memory for 1,000 bindings", "memory of the network", "deepest stack", "flash of digest access",
                 "memory of digest access"):
        kib = f"{before[re.sub('^deepest |whole ', '', name)] / 1024:.1f} KiB"
        if not re.search(rf"^\| {name}[^|]*\| {re.escape(kib)}\b", text, re.MULTILINE):
            yield f"README.md: {name} is {kib}"


def main():
    build = pathlib.Path(sys.argv[1])
    compiler = "arm-none-eabi-g++ " + output("arm-none-eabi-g++", "-dumpversion").split(".")[0]
    now = measured(build)
    for name, size in symbols(build / "example" / "registrar.elf")[:20]:
        print(f"  {size:5} {name[:100]}")
    if "--update" in sys.argv:
        rows = [f"# Bytes and instructions, of {compiler}; by tests/embedded/run --update",
                *(f"{name}\t{value}" for name, value in now.items())]
        BASELINES.write_text("\n".join(rows) + "\n")
        return False
    lines = BASELINES.read_text().splitlines()
    if f"{compiler};" not in lines[0]:
        print(f"SKIP figures: the baselines are not of {compiler}")
        return False
    before = {name: int(value) for name, value in (line.split("\t") for line in lines[1:])}
    stale = list(faults_in_readme(before))
    print("\n".join(f"FAIL {fault}" for fault in stale) or "PASS README.md tells the baselines")
    return judge(now, before) or bool(stale)


if __name__ == "__main__":
    sys.exit(main())
