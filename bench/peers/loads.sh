# Sourced after common.sh by the scripts that drive with gateway-load: what their runs share, and how to read its CSV report.

# Nobody asks for usage: the gateway injects it and takes the chunk out again. Every answer is compared with what the simulator must have said, so a chunk that is lost,
# doubled, reordered or altered shows.
streams=(--model "$model" --stream --no-usage --ignore-eos --prompt-tokens 16 --api-key "$key" --check)

# figure FILE RUN TITLE [STATISTIC]: a single figure or a distribution's statistic; RUN is the target's name in a comparison, "" in a single run. TITLE is without its unit,
# which counts of requests do not have. Content errors are only there when an answer was compared; anything else that is missing is said.
figure() {
  awk -F, -v run="$2" -v title="$3" -v statistic="${4:-}" '
    $1 == "Run" { current = $2 }
    current != run { next }
    $1 == "Metric" { column = 2; for (i = 2; i <= NF; i++) if ($i == statistic) column = i }
    ($1 == title || index($1, title " (") == 1) && !found { found = 1; value = $column }
    END { if (!found && title != "Content Errors") print "no figure " title " in " FILENAME > "/dev/stderr"; print found ? value : 0 }' "$1"
}

# Requests that failed, and chunks that are not what they should be.
errors_of() { awk "BEGIN { print $(figure "$1" "$2" "Error Request Count") + $(figure "$1" "$2" "Content Errors") }"; }
difference() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a - b }'; }

# gateway-load with its output kept; a generator that could not keep up is said, since its figures are worth nothing.
generate() { # LABEL ARGUMENT…
  local code=0
  "$load_binary" "${@:2}" --output "$work/$1" >"$work/$1.txt" 2>"$work/$1.log" || code=$?
  case $code in
    0 | 1) [ -e "$work/$1/gateway-load.csv" ] || { tail -n 5 "$work/$1.log" >&2; fail "$1: gateway-load could not run."; } ;;
    4) echo "$1: the generator was the bottleneck; the figures are invalid" >&2 ;;
    *) tail -n 5 "$work/$1.log" >&2; fail "$1: gateway-load ended with $code." ;;
  esac
}
