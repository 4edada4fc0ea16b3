fn main() { chimera_shell::run() }
