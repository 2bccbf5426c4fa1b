register = 'acme.mail:register'
