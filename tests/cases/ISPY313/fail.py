def test_send(): ...


test_again = test_send
