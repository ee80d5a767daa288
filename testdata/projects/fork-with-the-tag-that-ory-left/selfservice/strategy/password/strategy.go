package password
