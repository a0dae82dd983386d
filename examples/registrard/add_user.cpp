// SPDX-License-Identifier: BSL-1.0
#include "add_user.hpp"

#include "complain.hpp"

#include <sipwhere/auth/builtin_hash.hpp>
#include <sipwhere/auth/digest.hpp>
#include <sipwhere/auth/htdigest_table.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

namespace registrard {

namespace {

/// Lets a terminal show nothing of what is typed while it lives.
class unseen {
public:
    unseen() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!is_terminal_) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    unseen(const unseen&) = delete;
    auto operator=(const unseen&) -> unseen& = delete;
    ~unseen() {
        if (is_terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }

    [[nodiscard]] auto is_terminal() const -> bool { return is_terminal_; }

private:
    ::termios before_{};
    bool is_terminal_;
};

/// Returns: whether a line has a password of the user and realm it begins with, rather than one of a realm whose name
///          goes on behind a colon, or an address-of-record.
auto is_password(std::string_view line, std::string_view beginning) -> bool {
    if (!line.starts_with(beginning)) return false;
    const auto ha1 = line.substr(beginning.size(), line.find(':', beginning.size()) - beginning.size());
    return ha1.size() >= 32 && ha1.find_first_not_of("0123456789abcdefABCDEF\r") == ha1.npos;
}

/// Returns: the lines of the file but those with a password of this user and realm; none if it is not there yet,
///          nothing if it can't be read.
auto other_lines(const std::string& path, std::string_view beginning) -> std::optional<std::string> {
    std::string kept, line;
    std::ifstream file{path};
    if (!file && ::access(path.c_str(), F_OK) == 0) return std::nullopt;
    while (std::getline(file, line))
        if (!is_password(line, beginning)) kept += line + '\n';
    if (file.bad()) return std::nullopt;
    return kept;
}

/// Writes a file that only its owner can read, in the place of the old one, or leaves that.
auto replace_file(const std::string& path, std::string_view text) -> bool {
    const auto fresh = path + ".new";
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) return false;
    bool is_written = ::write(file, text.data(), text.size()) == static_cast<::ssize_t>(text.size());
    is_written = ::fsync(file) == 0 && is_written;
    is_written = ::close(file) == 0 && is_written;
    if (is_written && std::rename(fresh.c_str(), path.c_str()) == 0) return true;
    (void)::unlink(fresh.c_str());
    return false;
}

} // namespace

auto add_user(const options& asked) -> int {
    const auto realm = !asked.digest.realm.empty() ? asked.digest.realm
                       : !asked.domains.empty()    ? asked.domains.front().text
                                                   : std::string_view{};
    if (asked.users_file.empty() || realm.empty())
        return complain(2, "--add-user", "it needs --users, and --realm or --domain");
    std::string password;
    {
        const unseen typing;
        if (typing.is_terminal()) std::cerr << "Password of " << asked.user_to_add << " in " << realm << ": ";
        std::getline(std::cin, password);
        if (typing.is_terminal()) std::cerr << '\n';
    }
    if (password.empty()) return complain(2, "--add-user", "it needs a password on stdin");

    const auto beginning = std::string{asked.user_to_add} + ':' + std::string{realm} + ':';
    const std::string path{asked.users_file};
    const auto others = other_lines(path, beginning);
    if (!others) return complain(1, asked.users_file, "it can't be read");
    auto text = *others;
    std::string written;
    for (const auto algorithm : asked.digest.algorithms.view()) {
        const auto name = std::string{sipwhere::name_of({algorithm.hash})};
        if (written.find(name) != std::string::npos) continue; // as its form for a session has the same
        sipwhere::builtin_hash hash;
        const auto ha1 = hash_password(hash, algorithm.hash, asked.user_to_add, realm, password);
        text += beginning + std::string{ha1.view()} + ':' + name + '\n';
        written += name + ' ';
    }
    sipwhere::htdigest_table check;
    if (const auto fault = check.add(text))
        return complain(1, asked.users_file, "line " + std::to_string(fault->line) + " would be: " + fault->why);
    if (!replace_file(path, text)) return complain(1, asked.users_file, std::strerror(errno));
    return 0;
}

} // namespace registrard
