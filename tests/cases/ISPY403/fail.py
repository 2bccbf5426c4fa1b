def Plugin():
    return object()
