# SPDX-License-Identifier: BSL-1.0
#
# Shows Doxygen a header so that it reads our comments as they are meant. Each field, "Returns:", "Errors:" and so on,
# becomes a paragraph with a title; one that a comment begins with stays, since it is the sentence that lists show.
# Backslash and percent sign are themselves; 32'000 has no quote, since that would hide what follows.

# What stands outside of `code`, with the characters that Doxygen would take for its own kept from it.
function plain(text,    parts, count, part, all) {
    count = split(text, parts, "`")
    for (part = 1; part <= count; ++part) {
        if (part % 2) gsub(/[\\%]/, "\\\\&", parts[part])
        all = all (part > 1 ? "`" : "") parts[part]
    }
    return all
}

function quoteless(code) {
    while (match(code, /[0-9]\047[0-9]/)) code = substr(code, 1, RSTART) substr(code, RSTART + 2)
    return code
}

{
    at = index($0, "///")
    code = at ? substr($0, 1, at - 1) : $0
    comment = at ? substr($0, at) : ""
    if (within && match(comment, /^\/\/\/ (Returns|Units|Errors|Cost|Spec): +/)) {
        name = substr(comment, 5, index(comment, ":") - 5)
        comment = "/// @field{" name "} " substr(comment, RLENGTH + 1)
    }
    within = at && code ~ /^ *$/
    # What both transports over Asio have in common is theirs, though it stands in a detail.
    gsub(/detail::asio_udp_transport_base/, "asio_udp_transport_base", code)
    if (FILENAME ~ /asio_udp_transport_base/) sub(/sipwhere::detail/, "sipwhere", code)
    print quoteless(code) plain(comment)
}
