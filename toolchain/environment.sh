# shellcheck shell=bash
# Everything a script of the toolchain builds on. Sourced from the root of the checkout, never run.
# shellcheck source=step.sh
source toolchain/step.sh
# shellcheck source=requirements.sh
source toolchain/requirements.sh
# shellcheck source=locate.sh
source toolchain/locate.sh
# shellcheck source=stack.sh
source toolchain/stack.sh
# shellcheck source=prepare.sh
source toolchain/prepare.sh
# shellcheck source=recover.sh
source toolchain/recover.sh
# shellcheck source=summary.sh
source toolchain/summary.sh
