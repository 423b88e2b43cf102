# Reads every later.c and then `nm` of the linked kernel. Fails if a default
# is still in the kernel although the lab that brings the real one is here.
function name_of(prototype) {
    sub(/\(.*/, "", prototype)
    sub(/.*[ *]/, "", prototype)
    return prototype
}
FILENAME != "-" { sub(/ \{\}$/, "") }    # an empty body, on the same line
FILENAME != "-" && /^LATER\(/ { text = "" }
FILENAME != "-" && (/^LATER\(/ || (text != "" && !done)) {
    text = text $0
    if ($0 ~ /\)\)$/) {
        lab = text
        sub(/^LATER\(/, "", lab)
        sub(/,.*/, "", lab)
        prototype = text
        sub(/^[^,]*, */, "", prototype)
        sub(/\)$/, "", prototype)
        expected[name_of(prototype)] = prototype
        lab_of[name_of(prototype)] = lab
        text = ""
    }
}
FILENAME == "-" && $2 == "W" && $3 in expected {
    lab = lab_of[$3]
    if (lab > 0 && index(" " labs " ", " labs/lab" lab "/lab.toml ")) {
        printf "xo5: lab %d is here, but not its function: %s;\n", lab, \
            expected[$3] > "/dev/stderr"
        failed = 1
    }
}
END { exit failed }
