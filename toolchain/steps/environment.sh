# shellcheck shell=bash
# Everything a script of the toolchain builds on. Sourced from the root of the checkout, never run.
# shellcheck source=step.sh
source toolchain/steps/step.sh
# shellcheck source=requirements.sh
source toolchain/steps/requirements.sh
# shellcheck source=../engine/locate.sh
source toolchain/engine/locate.sh
# shellcheck source=../node/node.sh
source toolchain/node/node.sh
# shellcheck source=stack.sh
source toolchain/steps/stack.sh
# shellcheck source=prepare.sh
source toolchain/steps/prepare.sh
# shellcheck source=recover.sh
source toolchain/steps/recover.sh
# shellcheck source=repair.sh
source toolchain/steps/repair.sh
# shellcheck source=summary.sh
source toolchain/steps/summary.sh
