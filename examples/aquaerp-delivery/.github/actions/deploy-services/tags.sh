#!/usr/bin/env bash
# Usage: tags.sh TAG SERVICE...: gives the stack's changed services a tag; the others keep that of the last deployment.
set -euo pipefail

tag=$1
shift
if last=$(pulumi stack history --json --page-size 1); then
    jq --raw-output '.[0].config["platforms:aquaerp"].objectValue.services // {} | to_entries[] | select(.value.tag) | "\(.key) \(.value.tag)"' \
        <<<"$last" | while read -r service kept; do
        pulumi config set --path "platforms:aquaerp.services[\"$service\"].tag" "$kept"
    done
fi
for service; do
    pulumi config set --path "platforms:aquaerp.services[\"$service\"].tag" "$tag"
done
