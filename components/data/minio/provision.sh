set -eu
# Needs a shell and mc, nothing else: the client's image has no other tools. Safe to repeat.

# is_among WORD WORDS
is_among() {
    case " $2 " in
        *" $1 "*) ;;
        *) return 1 ;;
    esac
}

# Answers as soon as the server can write; the Job's deadline ends the wait.
mc ready server

for bucket in $BUCKETS; do
    target=server/$bucket
    mc mb --ignore-existing "$target"
    if is_among "$bucket" "$PUBLIC_BUCKETS"; then
        mc anonymous set-json "$POLICY_FOLDER/bucket-$bucket.json" "$target"
    else
        mc anonymous set none "$target"
    fi
    if is_among "$bucket" "$VERSIONED_BUCKETS"; then
        mc version enable "$target"
    fi
    if is_among "$bucket" "$ENCRYPTED_BUCKETS"; then
        mc encrypt set sse-s3 "$target"
    fi
    if is_among "$bucket" "$FORGETFUL_BUCKETS"; then
        # Replaces all rules there are; adding one would make another copy of it each time.
        mc ilm rule import "$target" < "$POLICY_FOLDER/lifecycle-$bucket.json"
    fi
done

# Each user stands with the names of the variables that hold its keys: user:ACCESS_KEY:SECRET_KEY.
for entry in $USERS; do
    user=${entry%%:*}
    variables=${entry#*:}
    # Without two dollar signs in a row, of which the kubelet would leave one.
    eval "access_key=\${${variables%:*}} secret_key=\${${variables#*:}}"
    policy=$user-buckets
    mc admin policy create server "$policy" "$POLICY_FOLDER/user-$user.json"
    # Adding a user that exists sets its key, which is what a rotation needs. By its input: all processes of a node can read arguments.
    # shellcheck disable=SC2154 # eval assigns both keys
    printf '%s\n%s\n' "$access_key" "$secret_key" | mc admin user add server
    # Attaching a policy again counts as an error.
    case "$(mc --json admin user info server "$access_key")" in
        *"\"policyName\":\"$policy\""*) ;;
        *) mc admin policy attach server "$policy" --user "$access_key" ;;
    esac
done

# What another S3 server makes of a command is its own affair: people without credentials may do nothing, or this fails.
for bucket in $BUCKETS; do
    if ! is_among "$bucket" "$PUBLIC_BUCKETS"; then
        case "$(mc --json anonymous get "server/$bucket")" in
            *'"permission":"private"'*) ;;
            *) echo "bucket $bucket is private, and has an anonymous policy" >&2; exit 1 ;;
        esac
    fi
done
